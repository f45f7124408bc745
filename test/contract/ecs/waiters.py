"""botocore's own waiters and paginators on an ECS endpoint. Prints one JSON object: step -> what was seen."""

import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import WaiterError

url, clock_seconds = sys.argv[1], float(sys.argv[2])
ecs = boto3.client(
    "ecs",
    endpoint_url=url,
    region_name="eu-west-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=5, read_timeout=10),
)
seen = {}
network = {"awsvpcConfiguration": {"subnets": ["subnet-0a1b2c3d"], "securityGroups": ["sg-0a1b2c3d"]}}
attempts = max(1, int(clock_seconds / 0.1))
config = {"Delay": 0.1, "MaxAttempts": attempts}


def wait(name, **arguments):
    started = time.monotonic()
    try:
        ecs.get_waiter(name).wait(WaiterConfig=config, **arguments)
        return "done"
    except WaiterError as error:
        return str(error)
    finally:
        print(f"{name}: {time.monotonic() - started:.1f} s", file=sys.stderr)


def register(family):
    answer = ecs.register_task_definition(
        family=family,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "app", "image": "public.ecr.aws/shop/web:1.4.2"}],
    )
    return answer["taskDefinition"]["taskDefinitionArn"]


def create(name, count):
    return ecs.create_service(
        cluster="waited",
        serviceName=name,
        taskDefinition="waited",
        desiredCount=count,
        launchType="FARGATE",
        networkConfiguration=network,
    )["service"]


def pages(operation, key, size, **arguments):
    found = list(ecs.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **arguments))
    items = [item for page in found for item in page[key]]
    return {"pages": len(found), "items": len(items), "distinct": len(set(map(str, items)))}


for number in range(3):
    ecs.create_cluster(clusterName="waited" if number == 0 else f"waited-{number}")
for _ in range(7):
    register("waited")

create("web", 2)
seen["services_stable after CreateService"] = wait("services_stable", cluster="waited", services=["web"])
ecs.update_service(cluster="waited", service="web", taskDefinition="waited:1")
seen["services_stable after UpdateService"] = wait("services_stable", cluster="waited", services=["web"])
described = ecs.describe_services(cluster="waited", services=["web"])["services"][0]
seen["the service then"] = {key: described[key] for key in ("runningCount", "desiredCount", "pendingCount")}

run = ecs.run_task(
    cluster="waited", taskDefinition="waited", count=3, launchType="FARGATE", networkConfiguration=network
)
arns = [task["taskArn"] for task in run["tasks"]]
seen["tasks_running"] = wait("tasks_running", cluster="waited", tasks=arns)
for arn in arns[:2]:
    ecs.stop_task(cluster="waited", task=arn, reason="tested")
seen["tasks_stopped"] = wait("tasks_stopped", cluster="waited", tasks=arns[:2])
seen["tasks_running of a stopped task"] = wait("tasks_running", cluster="waited", tasks=arns[:1])

for number in range(12):
    create(f"idle-{number}", 0)
seen["list_services"] = pages("list_services", "serviceArns", 5, cluster="waited")
seen["list_tasks"] = pages("list_tasks", "taskArns", 2, cluster="waited")
seen["list_task_definitions"] = pages("list_task_definitions", "taskDefinitionArns", 3, familyPrefix="waited")
seen["list_clusters"] = pages("list_clusters", "clusterArns", 2)

ecs.delete_service(cluster="waited", service="web", force=True)
seen["services_inactive"] = wait("services_inactive", cluster="waited", services=["web"])
seen["services_stable of a service that is not there"] = wait(
    "services_stable", cluster="waited", services=["unheard-of"]
)
print(json.dumps(seen))
