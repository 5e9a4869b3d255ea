/** One engine, one workload, one process: prints one line of JSON. */
const [engineName, workloadName, directory] = process.argv.slice(2);
const hooks = {};
const engine = await (await import(`./engines/${engineName}.mjs`)).open(directory, hooks);
const workload = await import(`./workloads/${workloadName}.mjs`);
const figures = await workload.run(engine, { hooks, quick: engineName === 'workflow-es' });
await engine.close();
process.stdout.write(`${JSON.stringify({ figures, durable: engine.durable })}\n`, () => process.exit(0));
