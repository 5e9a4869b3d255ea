import { TcpProxy } from '../tcp-proxy.js';
import type { OwnMongoServer } from './own-mongo-server.js';

/** @returns a proxy before a server, and the address by which a driver goes through it, whatever a replica set says */
export async function proxyBefore(server: OwnMongoServer): Promise<{ proxy: TcpProxy; uri: string }> {
  const { hostname, port } = new URL(server.uri);
  const proxy = await TcpProxy.before({ host: hostname, port: Number(port) });
  return { proxy, uri: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true` };
}
