// What the image runs: the app that it was built for, or the one that APP names.
const apps = ['gateway', 'inventory', 'notification'];
const app = process.env.APP ?? '';

if (!apps.includes(app)) {
  console.error(`APP must be one of ${apps.join(', ')}, not '${app}'`);
  process.exit(1);
}
require(`./dist/${app}.js`);
