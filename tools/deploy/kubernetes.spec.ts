import { describeConfig } from '@app/common';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { NotificationConfig } from '../../apps/notification/src/notification.config';

const BASE = join(__dirname, '../../deploy/kubernetes/base');
const APPS = { gateway: GatewayConfig, inventory: InventoryConfig, notification: NotificationConfig };
const names = Object.keys(APPS) as (keyof typeof APPS)[];

interface Container {
  env?: { name: string }[];
  resources: { requests?: object; limits?: { memory?: string } };
  securityContext: object;
  ports?: { containerPort: number }[];
  readinessProbe?: { httpGet: { path: string } };
  livenessProbe?: { httpGet: { path: string } };
}

interface Pod {
  enableServiceLinks?: boolean;
  securityContext: { runAsNonRoot?: boolean };
  containers: Container[];
}

interface Resource {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: {
    template?: { spec: Pod };
    jobTemplate?: { spec: { template: { spec: Pod } } };
    strategy?: { type?: string };
    podSelector?: { matchLabels?: Record<string, string> };
    ingress?: { ports: object[] }[];
  };
}

function resources(): Resource[] {
  const { resources: listed } = documents('kustomization.yaml')[0] as unknown as { resources: string[] };
  expect(readdirSync(BASE).sort()).toEqual(['kustomization.yaml', ...listed].sort());
  return listed.flatMap((file) => documents(file) as unknown as Resource[]);
}

function documents(file: string): unknown[] {
  return parseAllDocuments(readFileSync(join(BASE, file), 'utf8')).map((document) => {
    expect([file, document.errors]).toEqual([file, []]);
    return document.toJS() as unknown;
  });
}

describe('the manifests for Kubernetes', () => {
  const all = resources();
  const one = (kind: string, name: string): Resource => {
    const found = all.find((resource) => resource.kind === kind && resource.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const pods = all.flatMap(({ metadata: { name }, spec }) => {
    const pod = spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec;
    return pod ? [{ name, pod }] : [];
  });

  it('run every pod as nobody, with bounded memory, and without the variables that Kubernetes makes of services', () => {
    expect(pods.map(({ name }) => name).sort()).toEqual(['backup', 'gateway', 'inventory', 'notification']);
    for (const { name, pod } of pods) {
      // GATEWAY_PORT would be tcp://10.0.0.1:6100.
      expect([name, pod.enableServiceLinks, pod.securityContext.runAsNonRoot]).toEqual([name, false, true]);
      for (const { securityContext, resources: bounds } of pod.containers) {
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
        expect([name, bounds.limits?.memory]).toEqual([name, expect.any(String)]);
      }
    }
  });

  it.each(names)('give the %s what it can not do without, and nothing that it does not know', (app) => {
    const [container] = one('Deployment', app).spec.template!.spec.containers;
    const set = (container?.env ?? []).map(({ name }) => name);
    const known = describeConfig(APPS[app]);
    const required = known.filter((setting) => setting.default === 'required').map(({ env }) => env);
    expect(set).toEqual(expect.arrayContaining(required));
    const own = new Set([...known.map(({ env }) => env), 'POD_IP']);
    expect(set.filter((name) => !own.has(name))).toEqual([]);
  });

  it('set for all only what some app reads', () => {
    const known = new Set(names.flatMap((app) => describeConfig(APPS[app]).map(({ env }) => env)));
    expect(Object.keys(one('ConfigMap', 'stockwire').data ?? {}).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(names)('ask the %s whether it lives, and send it nothing while it can not work', (app) => {
    const [container] = one('Deployment', app).spec.template!.spec.containers;
    expect(container?.livenessProbe?.httpGet.path).toBe('/health/live');
    expect(container?.readinessProbe?.httpGet.path).toBe('/health/ready');
    expect(one('PodDisruptionBudget', app)).toBeDefined();
    expect(one('Service', app)).toBeDefined();
  });

  it.each(names)('say how the %s is replaced, so that a second apply finds nothing to change', (app) => {
    expect(one('Deployment', app).spec.strategy).toMatchObject({ type: 'RollingUpdate' });
  });

  it('let nothing through the network that is not named', () => {
    expect(one('NetworkPolicy', 'nothing').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    // What cert-manager starts in the namespace of the ingress would not be reached, and no certificate made.
    const { podSelector, ingress } = one('NetworkPolicy', 'certificates').spec;
    expect(podSelector?.matchLabels).toEqual({ 'acme.cert-manager.io/http01-solver': 'true' });
    expect(ingress?.flatMap(({ ports }) => ports)).toEqual([{ port: 8089, protocol: 'TCP' }]);
  });
});
