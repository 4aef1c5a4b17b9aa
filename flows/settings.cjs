// What `npm start` runs Node-RED with. Loopback only: the demo's editor has no login.
module.exports = {
  uiPort: Number(process.env.PORT || 1880),
  uiHost: process.env.HOST || '127.0.0.1',
  flowFile: 'flows.json',
  flowFilePretty: true,
  credentialSecret: 'demo',
  telemetry: { enabled: false },
  editorTheme: { tours: false, codeEditor: { lib: 'monaco' } },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
