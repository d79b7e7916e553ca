/** JSON Schema (2020-12) of `clawdoctor.json`, the operator's statement of what should be true. */
export const expectationsSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'clawdoctor expectations',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string' },
    identity: { type: 'string', description: 'The one external URL of the gateway.' },
    mode: { enum: ['loopback', 'proxy', 'tailnet'] },
    issuer: { type: 'string' },
    audience: { type: 'string' },
    localOnly: { type: 'boolean', description: 'No prompt may reach a cloud model.' },
    allowedCloudProviders: { type: 'array', items: { type: 'string' } },
    waivers: { type: 'array', items: { type: 'object' } },
  },
} as const;
