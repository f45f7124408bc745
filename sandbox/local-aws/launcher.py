"""Starts MiniStack with what the local world needs and MiniStack has no setting for. Its version is pinned: this
file names internals of it.

1. PutEvents takes events of `aws.*` sources, with the id and the time that they carry.
2. `POST /_slipway/authorize` asks MiniStack's own IAM evaluator about a call that is served elsewhere (ECS).
3. `GET /_slipway/decisions` says what IAM decided so far, so that unused and missing permissions are seen.
4. ECS and ECR calls to this endpoint reach the sandbox's own ECS model and registry (`POST /_slipway/forward`).
5. Schedules are fired by the sandbox (`POST /_slipway/fire`), not by MiniStack's sweep.
6. `POST /_slipway/own-calls` judges what Lambda itself does with the functions' roles, which MiniStack does unasked.
7. The server ends when the process that started it is gone.
8. EventBridge's and Scheduler's targets are judged as AWS does: by rule, by target, and for passing the target's role.
"""

import asyncio
import contextvars
import http.client
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.parse

from ministack import app as gateway
from ministack.core import iam_actions, iam_evaluator, responses
from ministack.services import ecr, eventbridge, lambda_svc, scheduler

ACCOUNT = "000000000000"
REGION = os.environ["MINISTACK_REGION"]
ECS_TARGET = "AmazonEC2ContainerServiceV20141113."
FORWARD_TIMEOUT_S = 60
BODY_LIMIT = 8 * 1024 * 1024

# --- 1. PutEvents -----------------------------------------------------------------------------------------------

_as_emitted = contextvars.ContextVar("as_emitted", default={})
_put_events = eventbridge._put_events
_event_view = eventbridge._pattern_event_view


def _put_one(entry):
    emitted = {}
    if isinstance(entry.get("Time"), (int, float)):
        emitted["Time"] = int(entry["Time"])
    if isinstance(entry.get("Id"), str):
        emitted["EventId"] = entry["Id"]
    token = _as_emitted.set(emitted)
    try:
        _, _, body = _put_events({"Entries": [entry]}, allow_aws_source=True)
    finally:
        _as_emitted.reset(token)
    answer = json.loads(body)
    result = answer["Entries"][0]
    if "EventId" in result:
        result.update({key: emitted[key] for key in ("EventId",) if key in emitted})
    return result


def put_events(data, allow_aws_source=True):
    entries = data.get("Entries", [])
    if not isinstance(entries, list) or not 1 <= len(entries) <= 10:
        return _put_events(data, allow_aws_source=True)
    results = [_put_one(entry) for entry in entries]
    failed = sum("ErrorCode" in result for result in results)
    return responses.json_response({"FailedEntryCount": failed, "Entries": results})


def event_view(event):
    event.update(_as_emitted.get())
    return _event_view(event)


eventbridge._put_events = put_events
eventbridge._pattern_event_view = event_view

# --- 2. and 3. IAM ----------------------------------------------------------------------------------------------

_enforce = iam_evaluator.enforce
_decisions = {}


def _record(principal, action, resource, decision):
    key = (principal, action, resource, decision)
    _decisions[key] = _decisions.get(key, 0) + 1


def enforce(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    denied = _enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
    if not iam_evaluator.is_root_access_key(access_key_id):
        caller = iam_evaluator.resolve_caller_identity(access_key_id) or {}
        _record(caller.get("userArn", "unknown"), iam_action, resource_arn, "denied" if denied else "allowed")
    return denied


iam_evaluator.enforce = enforce


def authorize(question):
    """Whether the caller (an access key, or a role that AWS takes on) may do one action on one resource."""
    action, resource = question["action"], question["resource"]
    context = {key.lower(): value for key, value in question.get("context", {}).items()}
    if "role" in question:
        denied = _enforce_role(question["role"], action, resource, context)
    else:
        denied = enforce(question["accessKey"], action, action.split(":")[0], REGION, resource, context)
    if denied is None:
        return {"allowed": True}
    if isinstance(denied, iam_evaluator.AuthError):
        return {"allowed": False, "type": denied.code, "message": denied.message}
    explicit = denied.decision == "Deny"
    message = iam_actions.identity_denial_message(action, denied.principal_arn, resource, explicit)
    return {"allowed": False, "type": "AccessDeniedException", "message": message}


def _enforce_role(role_arn, action, resource, context):
    name = role_arn.rsplit("/", 1)[-1]
    principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/slipway"
    asked = iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=action,
        resource_arn=resource,
        region=REGION,
        service_context=context,
    )
    result = iam_evaluator.evaluate(asked, iam_evaluator._gather_role_policies(name, ACCOUNT))
    _record(principal, action, resource, "allowed" if result.decision == "Allow" else "denied")
    return None if result.decision == "Allow" else result


def decisions(_):
    names = ("principal", "action", "resource", "decision")
    return {"decisions": [{**dict(zip(names, key)), "times": times} for key, times in list(_decisions.items())]}


# --- 8. Targets of rules and schedules -------------------------------------------------------------------------

_resource_arn = iam_actions.extract_resource_arn
_request_context = iam_actions.request_tag_context
_events_request = eventbridge.handle_request
_scheduler_request = scheduler.handle_request


def _json(body):
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
    # MiniStack looks for `Name`; these calls name the rule `Rule`, and would be judged by the bus.
    rule = _json(body).get("Rule") if service == "events" else None
    if isinstance(rule, str):
        bus = _json(body).get("EventBusName") or "default"
        name = rule if bus == "default" else f"{bus.rsplit('/', 1)[-1]}/{rule}"
        return f"arn:aws:events:{region}:{account_id}:rule/{name}"
    return _resource_arn(service, method, path, headers, body, query_params, region, account_id)


def request_context(service, action, body, query_params):
    context = _request_context(service, action, body, query_params)
    if action != "events:PutTargets":
        return context
    return {**context, "events:targetarn": [target.get("Arn", "") for target in _targets(body)]}


def _targets(body):
    targets = _json(body).get("Targets")
    return [target for target in targets if isinstance(target, dict)] if isinstance(targets, list) else []


def _refused_role(headers, roles, to):
    """Why the caller may not pass one of these roles. None: it may."""
    found = re.search(r"Credential=([^/,\s]+)/", headers.get("authorization", ""))
    for role in sorted({role for role in roles if role}):
        context = {"iam:PassedToService": to}
        asked = {"accessKey": found.group(1) if found else "", "action": "iam:PassRole", "resource": role}
        verdict = authorize({**asked, "context": context})
        if not verdict["allowed"]:
            return verdict
    return None


async def events_request(method, path, headers, body, query_params):
    if headers.get("x-amz-target", "").endswith(".PutTargets"):
        roles = [target.get("RoleArn") for target in _targets(body)]
        refused = _refused_role(headers, roles, "events.amazonaws.com")
        if refused:
            answer = {"__type": refused["type"], "message": refused["message"]}
            return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()
    return await _events_request(method, path, headers, body, query_params)


async def scheduler_request(method, path, headers, body, query_params):
    if method in ("POST", "PUT") and "/schedules/" in path:
        role = (_json(body).get("Target") or {}).get("RoleArn")
        refused = _refused_role(headers, [role], "scheduler.amazonaws.com")
        if refused:
            given = {"Content-Type": "application/json", "x-amzn-errortype": refused["type"]}
            return 403, given, json.dumps({"Message": refused["message"]}).encode()
    return await _scheduler_request(method, path, headers, body, query_params)


iam_actions.extract_resource_arn = extract_resource_arn
iam_actions.request_tag_context = request_context
eventbridge.handle_request = events_request
scheduler.handle_request = scheduler_request

# --- 4. ECS and ECR ---------------------------------------------------------------------------------------------

_forward = {}
_HOP_HEADERS = {"connection", "content-length", "host", "keep-alive", "transfer-encoding", "date", "server"}
_ecr_request = ecr.handle_request


def forward_to(targets):
    _forward.update({name: urllib.parse.urlsplit(url) for name, url in targets.items()})
    if "ecs" in targets:
        os.environ["AWS_ENDPOINT_URL_ECS"] = targets["ecs"]  # functions get a copy of this environment
    return {}


def _send_on(target, headers, body):
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=FORWARD_TIMEOUT_S)
    try:
        kept = {name: value for name, value in headers.items() if name not in _HOP_HEADERS}
        connection.request("POST", "/", body, kept)
        answer = connection.getresponse()
        given = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_HEADERS}
        return answer.status, given, answer.read()
    finally:
        connection.close()


async def ecr_request(method, path, headers, body, query_params):
    """MiniStack has checked signature and policy by now: only the answer comes from the sandbox's registry."""
    if "ecr" not in _forward or method != "POST":
        return await _ecr_request(method, path, headers, body, query_params)
    return await asyncio.to_thread(_send_on, _forward["ecr"], headers, body)


ecr.handle_request = ecr_request

# --- 5. Schedules -----------------------------------------------------------------------------------------------

scheduler._tick_schedules = lambda: None


def fire(request):
    """Delivers one schedule's target as EventBridge Scheduler does: with the schedule's role, placeholders filled."""
    for (account, region, _), schedule in list(scheduler._schedules._data.items()):
        if schedule.get("Arn") == request["arn"]:
            return _deliver(account, region, schedule, request["placeholders"])
    return {"fired": False, "message": f"There is no schedule {request['arn']}."}


def _deliver(account, region, schedule, placeholders):
    target = dict(schedule.get("Target") or {})
    for name, value in placeholders.items():
        target["Input"] = target.get("Input", "").replace(name, value)
    action = "lambda:InvokeFunction" if ":lambda:" in target["Arn"] else "sqs:SendMessage"
    denied = authorize({"role": target.get("RoleArn", ""), "action": action, "resource": target["Arn"]})
    if not denied["allowed"]:
        return {"fired": False, "message": denied["message"]}
    responses.set_request_account_id(account)
    responses.set_request_region(region)
    event = {
        "EventId": responses.new_uuid(),
        "Source": "aws.scheduler",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": int(time.time()),
        "Resources": [schedule["Arn"]],
        "Account": account,
        "Region": region,
    }
    eventbridge._invoke_target(target, event, schedule)
    return {"fired": True}


# --- 6. What Lambda does with a role ----------------------------------------------------------------------------

_POLLING = {
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "dynamodb": ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
}


def own_calls(_):
    """The calls that a role would be refused, as AWS tells when a function or its event source is created."""
    refused = []
    for role, action, resource in [*_calls_of_functions(), *_calls_of_event_sources()]:
        verdict = authorize({"role": role, "action": action, "resource": resource})
        if not verdict["allowed"]:
            refused.append(verdict["message"])
    return {"refused": refused}


def _calls_of_functions():
    for (account, region, name), record in list(lambda_svc._functions._data.items()):
        config = record["config"]
        log_group = f"arn:aws:logs:{region}:{account}:log-group:/aws/lambda/{name}:*"
        yield config["Role"], "logs:CreateLogStream", log_group
        yield config["Role"], "logs:PutLogEvents", log_group
        if config.get("TracingConfig", {}).get("Mode") == "Active":
            yield config["Role"], "xray:PutTraceSegments", "*"
            yield config["Role"], "xray:PutTelemetryRecords", "*"


def _calls_of_event_sources():
    roles = {record["config"]["FunctionArn"]: record["config"]["Role"]
             for record in list(lambda_svc._functions._data.values())}
    for source in list(lambda_svc._esms._data.values()):
        role = roles[source["FunctionArn"]]
        service = source["EventSourceArn"].split(":")[2]
        for action in _POLLING[service]:
            yield role, f"{service}:{action}", source["EventSourceArn"]
        destination = ((source.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
        if ":sqs:" in destination:
            yield role, "sqs:SendMessage", destination


# --- The gateway with these routes before it --------------------------------------------------------------------

_gateway_app = gateway.app
_ROUTES = {
    "/_slipway/authorize": authorize,
    "/_slipway/decisions": decisions,
    "/_slipway/forward": forward_to,
    "/_slipway/fire": fire,
    "/_slipway/own-calls": own_calls,
}


async def _body_of(receive):
    chunks, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError("the client went away")
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            raise ValueError("the request is too large")
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _answer(send, status, headers, body):
    pairs = [(name.encode("latin-1"), str(value).encode("latin-1")) for name, value in headers.items()]
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": pairs + length})
    await send({"type": "http.response.body", "body": body})


async def _internal(route, receive, send):
    try:
        request = json.loads(await _body_of(receive) or b"{}")
        responses.set_request_account_id(ACCOUNT)
        responses.set_request_region(REGION)
        status, answer = 200, route(request)
    except Exception as error:  # whatever it was: the caller is the sandbox, and it says it
        status, answer = 500, {"message": f"{type(error).__name__}: {error}"}
    await _answer(send, status, {"content-type": "application/json"}, json.dumps(answer).encode())


async def app(scope, receive, send):
    if scope["type"] != "http":
        return await _gateway_app(scope, receive, send)
    route = _ROUTES.get(scope["path"])
    if route:
        return await _internal(route, receive, send)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if "ecs" in _forward and headers.get("x-amz-target", "").startswith(ECS_TARGET):
        answer = await asyncio.to_thread(_send_on, _forward["ecs"], headers, await _body_of(receive))
        return await _answer(send, *answer)
    return await _gateway_app(scope, receive, send)


gateway.app = app

# --- 7. The end -------------------------------------------------------------------------------------------------


def _end_with_parent():
    """Standard input closes when the process that started this one is gone, however it went."""
    while sys.stdin.buffer.read(4096):
        pass
    shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.exit(gateway.main())
