/** The sample application as a manifest, to be spoiled in one place. */
export const db = { name: 'db', protocol: 'postgresql', plan: 'dedicated' };

export const web = {
  name: 'web',
  artifact: { type: 'directory', name: 'guestbook', version: '0.1.0' },
  environment: [{ name: 'DATABASE_URL', value: '${db.uri}' }],
  ports: [{ name: 'http', protocol: 'HTTP' }],
  healthCheck: { port: 'http', path: '/healthz' },
  entryPoint: true,
};

/** Needs no data service, so that it fails soon. */
export const alone = { ...web, environment: [] };

export const guestbook = { dataServices: [db], appServices: [web] };
