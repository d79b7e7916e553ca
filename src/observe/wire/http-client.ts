type Undici = Pick<typeof import('undici'), 'Client'>;

/**
 * undici's Client and its `request`, without fetch, caches, mocks and web sockets, which cost a run
 * 20 to 40 ms and up to 12 MiB and are never used here. A version that keeps these two elsewhere is
 * loaded whole.
 */
export async function httpClient(): Promise<Undici> {
  try {
    const [{ default: Client }, { default: request }] = await Promise.all([
      import('undici/lib/dispatcher/client.js'),
      import('undici/lib/api/api-request.js'),
    ]);
    // What undici's own index does for every dispatcher.
    Object.assign(Client.prototype, { request });
    return { Client };
  } catch {
    return await import('undici');
  }
}
