// A program like those that use workflow-es: nothing but the host holds it, and nothing awaits its stop.
import { configureWorkflow, StorePersistenceProvider } from '@workflow-runner/engine/compat';
import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';

const config = configureWorkflow();
config.usePersistence(new StorePersistenceProvider(new MemoryStore({ clock: new SystemClock() })));
const host = config.getHost();
await host.start();
// Unreferenced: it fires only while something else keeps the process alive.
setTimeout(() => {
  console.log('alive');
  void host.stop();
  console.log('stop called');
}, 200).unref();
