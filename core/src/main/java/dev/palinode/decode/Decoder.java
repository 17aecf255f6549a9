package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The decoding loop: the one place where tokens are generated.
 *
 * <p>Requests run together in a batch of at most {@code maxRows} rows. One that ends makes room for
 * the next in the same step, so that a long answer never holds up the queue. Each step is one call
 * of the model for the rows that begin (prefill) and one for the rows that go on (decode).
 *
 * <p>Thread-safe as far as the model is: each call works on a batch of its own.
 */
public final class Decoder {
  private final CausalLm model;
  private final int maxRows;

  /**
   * @param maxRows the most sequences computed together, at least 1
   */
  public Decoder(CausalLm model, int maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows is " + maxRows + ": expected 1 or more");
    }
    this.model = model;
    this.maxRows = maxRows;
  }

  /**
   * Answers all requests and reports what happens as it happens, on the calling thread.
   *
   * <p>A request that cannot be answered (a prompt longer than the context, say) fails alone. An
   * exception of the model or of the consumer ends the call.
   */
  public void generate(List<GenerationRequest> requests, Consumer<GenerationEvent> events) {
    Queue<ActiveSequence> waiting = new ArrayDeque<>();
    for (int i = 0; i < requests.size(); i++) {
      waiting.add(new ActiveSequence(i, requests.get(i)));
    }
    List<ActiveSequence> running = new ArrayList<>();
    try (SequenceBatch batch = model.newBatch()) {
      while (!waiting.isEmpty() || !running.isEmpty()) {
        // 1. Requests whose turn has come join the batch.
        List<ActiveSequence> joining = admit(waiting, running.size(), batch, events);
        running.addAll(joining);
        // 2. The model reads what is new: whole prompts of those that join, one token of the
        // others.
        forward(batch, joining);
        forward(batch, running.subList(0, running.size() - joining.size()));
        // 3. Every sequence chooses its next token, tells of it, and leaves if it has ended.
        for (Iterator<ActiveSequence> each = running.iterator(); each.hasNext(); ) {
          ActiveSequence sequence = each.next();
          if (!advance(sequence, events)) {
            each.remove();
            batch.remove(sequence.row);
          }
        }
      }
    }
  }

  /**
   * Answers all requests.
   *
   * @return how each one ended, in the order of the requests; {@link Finished} or {@link Failed}
   */
  public List<GenerationEvent> generate(List<GenerationRequest> requests) {
    GenerationEvent[] ends = new GenerationEvent[requests.size()];
    generate(
        requests,
        event -> {
          if (event instanceof Finished || event instanceof Failed) {
            ends[event.request()] = event;
          }
        });
    return List.of(ends);
  }

  private List<ActiveSequence> admit(
      Queue<ActiveSequence> waiting,
      int running,
      SequenceBatch batch,
      Consumer<GenerationEvent> events) {
    List<ActiveSequence> joining = new ArrayList<>();
    while (running + joining.size() < maxRows && !waiting.isEmpty()) {
      ActiveSequence sequence = waiting.remove();
      try {
        sequence.begin(model);
      } catch (IllegalArgumentException e) {
        events.accept(new Failed(sequence.index, e));
        continue;
      }
      sequence.row = batch.add();
      joining.add(sequence);
    }
    return joining;
  }

  private static void forward(SequenceBatch batch, List<ActiveSequence> sequences) {
    if (sequences.isEmpty()) {
      return;
    }
    int[] rows = sequences.stream().mapToInt(s -> s.row).toArray();
    int[][] tokens = sequences.stream().map(s -> s.unread).toArray(int[][]::new);
    float[][] logits = batch.forward(rows, tokens);
    for (int i = 0; i < logits.length; i++) {
      sequences.get(i).logits = logits[i];
    }
  }

  /** One token further; false if the sequence has ended. */
  private boolean advance(ActiveSequence sequence, Consumer<GenerationEvent> events) {
    int id = sequence.sample();
    if (sequence.request.stopIds().contains(id)) {
      events.accept(sequence.finished(FinishReason.STOP));
      return false;
    }
    int visible = sequence.transcript.visibleSize();
    if (sequence.append(id)) {
      events.accept(new Undo(sequence.index, visible));
    } else {
      sequence.showed();
      events.accept(new Token(sequence.index, id));
    }
    if (sequence.hasRoom(model.contextLength())) {
      sequence.unread = new int[] {id};
      return true;
    }
    events.accept(sequence.finished(FinishReason.LENGTH));
    return false;
  }
}
