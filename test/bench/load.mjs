import { connect } from 'node:net';

/**
 * Sends the same request over and over on a number of connections, each of which waits for its answer before it sends
 * again. @returns lengths in ms of those that were answered with the status wanted, sorted; others are an error
 */
export async function load({ port, request, connections, ms, status }) {
  const times = [];
  const end = performance.now() + ms;
  await Promise.all(
    Array.from({ length: connections }, () => connection({ port, request, status, end, times })),
  );
  return times.sort((a, b) => a - b);
}

export function requestOf({ method, path, token, body }) {
  const text = JSON.stringify(body);
  return [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...(token ? [`Authorization: Bearer ${token}`] : []),
    '',
    text,
  ].join('\r\n');
}

function connection({ port, request, status, end, times }) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    let answer = '';
    const send = () => {
      answer = '';
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      const now = performance.now();
      if (!answer.startsWith(`HTTP/1.1 ${status} `)) return reject(new Error(`Not ${status}: ${answer}`));
      times.push(now - sentAt);
      if (now < end) return send();
      socket.end();
      resolve();
    });
  });
}

function isWhole(answer) {
  const head = answer.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(answer.slice(0, head));
  if (!length) throw new Error(`An answer without a length: ${answer}`);
  return answer.length >= head + 4 + Number(length[1]);
}
