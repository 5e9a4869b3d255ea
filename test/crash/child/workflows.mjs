import { WorkflowErrorHandling } from '@workflow-runner/engine';
import { Broken, Count, CountHere, Deadly, Flaky, LongWork, Other, Undo, Work } from './steps.mjs';

/** Every stored event counts, also one that was published before the wait began. */
const LONG_AGO = () => new Date(0);

/** Notes in the data that a step has completed: output mappers run inside its commit, so each counts once. */
const note = (text) => (step) =>
  step.output((_body, data, context) => {
    (data.notes ??= {})[text(data, context)] = (data.notes?.[text(data, context)] ?? 0) + 1;
  });
const named = (name) => note(() => name);
const perItem = (name) => note((_data, context) => `${name} ${context.item}`);

/** Undoing is noted as a list, because its order is the promise. */
const undone = (name) => (step) => step.output((_body, data) => (data.undone ??= []).push(name));

const workflow = (id, build) => ({ id, version: 1, build });

/** Names of these are what the drivers start at random. */
export const mixed = [
  workflow('sequence', (builder) =>
    builder
      .startWith(Work, named('a'))
      .then(Flaky, named('b'))
      .then(Other, named('c'))
      .then(Work, named('d')),
  ),
  workflow('parallel', (builder) =>
    builder
      .startWith(Work)
      .parallel()
      .do((branch) => branch.startWith(Work, named('left')).then(Flaky, named('left again')))
      .do((branch) =>
        branch
          .startWith(Other, named('middle'))
          .delay(() => 15)
          .then(Work, named('middle again')),
      )
      .do((branch) => branch.startWith(Work, named('right')))
      .join()
      .then(Work, named('joined')),
  ),
  workflow('foreach', (builder) =>
    builder
      .startWith(Work)
      .foreach((data) => data.items)
      .do((each) =>
        each
          .startWith(Work, perItem('first'))
          .if((_data, context) => context.item % 2 === 0)
          .do((even) => even.startWith(Other, perItem('even')))
          .while((_data, context) => (context.local.turns ?? 0) < 2)
          .do((turn) => turn.startWith(CountHere, perItem('turn')))
          .then(Work, perItem('last')),
      )
      .then(Work, named('done')),
  ),
  workflow('while', (builder) =>
    builder
      .startWith(Work, (step) => step.output((_body, data) => (data.count = 0)))
      .while((data) => data.count < data.turns)
      .do((turn) => turn.startWith(Count).then(Other, named('turn')))
      .if((data) => data.count === data.turns)
      .do((then) => then.startWith(Work, named('counted')))
      .then(Work),
  ),
  workflow('saga', (builder) =>
    builder
      .startWith(Work)
      .saga((saga) =>
        saga
          .startWith(Work, named('booked'))
          .compensateWith(Undo, undone('booked'))
          .saga((inner) => inner.startWith(Other, named('paid')).compensateWith(Undo, undone('paid')))
          .then(Work, named('packed'))
          .compensateWith(Undo, undone('packed'))
          .if((data) => data.fails)
          .do((then) => then.startWith(Broken).onError(WorkflowErrorHandling.Compensate))
          .then(Other, named('shipped')),
      )
      .then(Work, named('afterwards')),
  ),
  workflow('approval', (builder) =>
    builder
      .startWith(Work)
      .parallel()
      .do((branch) =>
        branch
          .startWith(Work)
          .waitFor('approved', (data) => data.key, LONG_AGO)
          .output((step, data) => (data.approved = step.eventData))
          .then(Other, named('approved')),
      )
      .do((branch) => branch.startWith(Work, named('beside')).then(Flaky, named('beside again')))
      .join()
      .waitFor('paid', (data) => data.key, LONG_AGO)
      .output((step, data) => (data.paid = step.eventData))
      .then(Work, named('paid')),
  ),
  workflow('call', (builder) =>
    builder
      .startWith(Work)
      .waitFor('called', (data) => data.key)
      .output((step, data) => (data.called = step.eventData))
      .then(Work, named('called')),
  ),
  workflow('delays', (builder) =>
    builder
      .startWith(Work, named('a'))
      .delay((data) => data.delayMs)
      .then(Other, named('b'))
      .delay(() => 5)
      .then(Flaky, named('c')),
  ),
];

const setLength = (step) => step.input((body, data) => (body.ms = data.stepMs));

/** One long step after the other. */
const slow = workflow('slow', (builder) => {
  let step = builder.startWith(LongWork, setLength);
  for (let more = 0; more < 4; more += 1) step = step.then(LongWork, setLength);
});

/** Three of these run at once; between its steps each gives its slot back. */
const limited = {
  nameSpace: 'default',
  name: 'limited',
  version: 1,
  category: 'workflow',
  concurrency: 3,
  component: {
    build: (builder) =>
      builder
        .startWith(LongWork, setLength)
        .then(LongWork, setLength)
        .delay(() => 30)
        .then(LongWork, setLength),
  },
};

const deadly = workflow('deadly', (builder) => builder.startWith(Work).then(Deadly));

export const all = [...mixed, slow, limited, deadly];
