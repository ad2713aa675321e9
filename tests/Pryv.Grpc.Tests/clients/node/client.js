// Calls the test server with @grpc/grpc-js: `node client.js TARGET [FOLDER_OF_PEMS]`, one line per check, exit code 1 if any failed.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const sources = path.join(__dirname, '..', '..');
const own = path.join(sources, '..', '..', 'src', 'Pryv.Grpc', 'Protos');

function load (root, file) {
  const options = { keepCase: true, defaults: true, enums: String, oneofs: true };
  return grpc.loadPackageDefinition(loader.loadSync(file, { ...options, includeDirs: [root] }));
}

const { Shapes } = load(path.join(sources, 'Protos'), 'test.proto').pryv.grpc.test;
const { Health } = load(own, 'grpc/health/v1/health.proto').grpc.health.v1;
const { ServerReflection } = load(own, 'grpc/reflection/v1/reflection.proto').grpc.reflection.v1;

const [, , target, pems] = process.argv;
const credentials = pems === undefined
  ? grpc.credentials.createInsecure()
  : grpc.credentials.createSsl(...['root.pem', 'client.key', 'client.pem'].map(name => fs.readFileSync(path.join(pems, name))));
const shapes = new Shapes(target, credentials);
const packed = new Shapes(target, credentials, { 'grpc.default_compression_algorithm': 2 });

const unary = (client, request, options = {}, metadata = new grpc.Metadata()) => new Promise((resolve) =>
  client.Unary(request, metadata, options, (error, response) => resolve({ error, response })));

const collectAll = (call) => new Promise((resolve) => {
  const messages = [];
  call.on('data', message => messages.push(message));
  call.on('error', error => resolve({ error, messages }));
  call.on('end', () => resolve({ messages }));
});

const checks = {
  async 'unary' () {
    const { error, response } = await unary(shapes, { text: 'hello', count: 7 });
    assert.ifError(error);
    assert.deepStrictEqual([response.text, response.index], ['hello', 7]);
  },
  async 'client streaming' () {
    const response = await new Promise((resolve, reject) => {
      const call = shapes.Collect((error, message) => error ? reject(error) : resolve(message));
      for (let i = 0; i < 50; i++) call.write({ text: 'x' });
      call.end();
    });
    assert.deepStrictEqual([response.index, response.text], [50, 'x'.repeat(50)]);
  },
  async 'server streaming' () {
    const { error, messages } = await collectAll(shapes.Spread({ text: 'y', count: 200 }));
    assert.ifError(error);
    assert.deepStrictEqual(messages.map(message => message.index), [...Array(200).keys()]);
  },
  async 'bidirectional streaming' () {
    const call = shapes.Chat();
    for (let i = 0; i < 20; i++) {
      const answer = new Promise((resolve, reject) => call.once('data', resolve).once('error', reject));
      call.write({ text: `m${i}` });
      assert.strictEqual((await answer).text, `m${i}`);
      call.removeAllListeners('error');
    }
    const end = collectAll(call);
    call.end();
    assert.deepStrictEqual(await end, { messages: [] });
  },
  async 'deadline' () {
    const { error } = await unary(shapes, { text: 'wait' }, { deadline: Date.now() + 300 });
    assert.strictEqual(error.code, grpc.status.DEADLINE_EXCEEDED);
  },
  async 'cancellation' () {
    const call = shapes.Spread({ text: 'wait', count: 1 });
    call.once('data', () => call.cancel());
    const { error } = await collectAll(call);
    assert.strictEqual(error.code, grpc.status.CANCELLED);
  },
  async 'error with trailers' () {
    const { error } = await unary(shapes, { text: 'refuse' });
    assert.strictEqual(error.code, grpc.status.FAILED_PRECONDITION);
    assert.strictEqual(error.details, 'No, 100 % no: größer → ünmöglich');
    assert.deepStrictEqual(error.metadata.get('reason'), ['it was asked for']);
    assert.deepStrictEqual(error.metadata.get('proof-bin'), [Buffer.from([0, 1, 254, 255])]);
  },
  async 'error after messages' () {
    const { error, messages } = await collectAll(shapes.Spread({ text: 'refuse', count: 2 }));
    assert.deepStrictEqual([messages.length, error.code], [2, grpc.status.FAILED_PRECONDITION]);
  },
  async 'crash' () {
    const { error } = await unary(shapes, { text: 'crash' });
    assert.strictEqual(error.code, grpc.status.UNKNOWN);
    assert.ok(!error.details.includes('secret'));
  },
  async 'headers' () {
    const metadata = new grpc.Metadata();
    metadata.set('x-text', 'there and back');
    metadata.set('x-bytes-bin', Buffer.from([0, 255, 7]));
    const echo = await new Promise(resolve => shapes.Unary({ text: 'headers' }, metadata, () => {}).on('metadata', resolve));
    assert.deepStrictEqual(echo.get('x-text'), ['there and back']);
    assert.deepStrictEqual(echo.get('x-bytes-bin'), [Buffer.from([0, 255, 7])]);
  },
  async 'large message' () {
    const blob = Buffer.alloc(3_500_000, 1);
    const { error, response } = await unary(shapes, { blob });
    assert.ifError(error);
    assert.ok(response.blob.equals(blob));
  },
  async 'too large a message' () {
    const { error } = await unary(shapes, { blob: Buffer.alloc(5_000_000) });
    assert.strictEqual(error.code, grpc.status.RESOURCE_EXHAUSTED);
  },
  async 'gzip' () {
    const { error, response } = await unary(packed, { text: 'z'.repeat(10_000) });
    assert.ifError(error);
    assert.strictEqual(response.text.length, 10_000);
  },
  async 'gzip bomb' () {
    const { error } = await unary(packed, { blob: Buffer.alloc(20_000_000) });
    assert.strictEqual(error.code, grpc.status.RESOURCE_EXHAUSTED);
  },
  async 'unknown method' () {
    const same = value => value;
    const bytes = () => Buffer.alloc(0);
    const error = await new Promise(resolve => shapes.makeUnaryRequest('/no.such/Method', bytes, same, {}, resolve));
    assert.strictEqual(error.code, grpc.status.UNIMPLEMENTED);
  },
  async 'health' () {
    const health = new Health(target, credentials);
    const check = service => new Promise((resolve, reject) =>
      health.Check({ service }, (error, response) => error ? reject(error) : resolve(response.status)));
    assert.strictEqual(await check(''), 'SERVING');
    await assert.rejects(check('nobody'), error => error.code === grpc.status.NOT_FOUND);
    const watch = health.Watch({ service: '' });
    const first = await new Promise((resolve, reject) => watch.once('data', resolve).once('error', reject));
    assert.strictEqual(first.status, 'SERVING');
    watch.removeAllListeners('error').on('error', () => {});
    watch.cancel();
    health.close();
  },
  async 'reflection' () {
    const reflection = new ServerReflection(target, credentials);
    const call = reflection.ServerReflectionInfo();
    const end = collectAll(call);
    call.write({ list_services: '' });
    call.write({ file_containing_symbol: 'pryv.grpc.test.Shapes' });
    call.end();
    const { error, messages: [services, file] } = await end;
    assert.ifError(error);
    assert.ok(services.list_services_response.service.some(service => service.name === 'pryv.grpc.test.Shapes'));
    assert.ok(file.file_descriptor_response.file_descriptor_proto[0].includes('Shapes'));
    reflection.close();
  },
};

async function main () {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok ${name}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  shapes.close();
  packed.close();
}

main();
