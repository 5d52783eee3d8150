import { describe, expect, test } from '@jest/globals';
import { readEvents, type StreamedEvent } from '../../src/connection/event-stream.js';
import { ManualClock } from '../../src/testing/index.js';

function streamOf(chunks: AsyncIterable<Buffer> | readonly string[]) {
  let closed = 0;
  const iterable = Array.isArray(chunks)
    ? (async function* () {
        for (const chunk of chunks as readonly string[]) yield Buffer.from(chunk);
      })()
    : (chunks as AsyncIterable<Buffer>);
  return {
    stream: {
      chunks: iterable,
      close: () => {
        closed++;
      },
    },
    closed: () => closed,
  };
}

async function all(chunks: readonly string[]): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  const { stream } = streamOf(chunks);
  for await (const event of readEvents(stream, new ManualClock(), () => undefined)) events.push(event);
  return events;
}

describe('readEvents', () => {
  test('reads events however they are cut', async () => {
    const text = ': hello\n\nid: 1\nevent: revision\ndata: {"revision":7}\n\ndata: é\n\n';
    const expected = [
      { event: 'revision', data: '{"revision":7}' },
      { event: 'message', data: 'é' },
    ];
    expect(await all([text])).toEqual(expected);
    expect(await all(text.split(''))).toEqual(expected);
  });

  test.each([
    ['no line ends', ['x'.repeat(40_000), 'x'.repeat(40_000)]],
    ['no event ends', Array(2000).fill('data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n')],
    ['comments between', Array(10).fill(`data: ${'x'.repeat(30_000)}\n:\n`)],
  ])('lets nothing gather: %s', async (_, chunks) => {
    await expect(all(chunks)).rejects.toMatchObject({ kind: 'unusable' });
  });

  test('comments are signs of life and nothing that gathers', async () => {
    expect(await all(Array(2000).fill(`: ${'x'.repeat(100)}\n\n`))).toEqual([]);
  });

  test('a stream that falls silent is given up', async () => {
    const clock = new ManualClock();
    let end = (): void => undefined;
    const closed = new Promise<void>((_, reject) => (end = () => reject(new Error('closed'))));
    const chunks = (async function* () {
      yield Buffer.from(': \n\n');
      await closed;
    })();
    const stream = { chunks, close: () => end() };
    const reading = (async () => {
      for await (const event of readEvents(stream, clock, () => undefined)) expect(event).toBeUndefined();
    })().catch((fault: unknown) => fault);
    for (let i = 0; i < 5; i++) await clock.advance(0);
    await clock.advance(44_999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await reading).toMatchObject({ kind: 'timeout' });
    expect(clock.pending).toBe(0);
  });
});
