export const peerNames = ['ministack', 'moto'] as const;
export type PeerName = (typeof peerNames)[number];
