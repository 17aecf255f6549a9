package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.sampling.Sampler;
import dev.palinode.decode.sampling.TokenHistory;
import dev.palinode.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Compares answers from a busy batch with those of the same requests alone. */
final class AnswerComparison {
  static final String IDENTICAL = "identical";
  static final String TIE = "rounding ties";
  static final String DIFFERING = "differing";

  /** Logits of a network of this project are the same within this, however rows are batched. */
  private static final float ROUNDING = 2e-4f;

  private static final int TRIES = 400;

  private final CausalLm model;
  private final Tokenizer tokenizer;

  AnswerComparison(CausalLm model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** How an answer relates to that of the same request alone. */
  String compare(GenerationRequest request, Finished served) {
    GenerationEvent end =
        new Decoder(model, tokenizer, BatchLimits.rows(2)).generate(List.of(request)).get(0);
    if (end instanceof Finished alone) {
      if (isSame(alone, served)) {
        return IDENTICAL;
      }
      if (!model.isBatchInvariant() && isTie(request, alone, served)) {
        return TIE;
      }
    }
    System.out.println("served:  " + described(served));
    System.out.println("alone:   " + described(end));
    System.out.println("request: " + request);
    return DIFFERING;
  }

  private static boolean isSame(Finished one, Finished other) {
    return Arrays.equals(one.transcript().raw(), other.transcript().raw())
        && one.transcript().withdrawals().equals(other.transcript().withdrawals())
        && one.reason() == other.reason()
        && one.text().equals(other.text());
  }

  private static String described(GenerationEvent end) {
    return end instanceof Finished finished
        ? finished.reason() + " " + Arrays.toString(finished.transcript().raw())
        : end.toString();
  }

  /** Whether rounding alone decides at the first token that differs. */
  private boolean isTie(GenerationRequest request, Finished alone, Finished served) {
    Fork fork = new Fork(request, alone.transcript().raw(), served.transcript().raw());
    fork.run();
    return fork.tie;
  }

  private float[] logits(int[] tokens) {
    try (SequenceBatch batch = model.newBatch()) {
      return batch.forward(new int[] {batch.add()}, new int[][] {tokens})[0];
    }
  }

  /** Follows two answers to the first difference, computing everything from scratch. */
  private final class Fork extends ReferenceDecoder {
    private final GenerationRequest request;
    private final int[] first;
    private final int[] second;
    private boolean tie;

    Fork(GenerationRequest request, int[] first, int[] second) {
      super(AnswerComparison.this::logits, model.contextLength(), tokenizer, request, -1);
      this.request = request;
      this.first = first;
      this.second = second;
    }

    @Override
    int choose(float[] logits, TokenHistory history, SplittableRandom random) {
      int at = raw.size();
      double drawn = request.sampling().temperature() == 0 ? 0 : random.nextDouble();
      if (at < first.length && at < second.length && first[at] == second[at]) {
        return first[at];
      }
      tie = isTie(logits, history, drawn, tokenAt(first, at), tokenAt(second, at));
      return end(); // there is nothing more to compare
    }

    private int tokenAt(int[] raw, int at) {
      return at < raw.length ? raw[at] : end();
    }

    private int end() {
      return request.stopIds().iterator().next();
    }

    private boolean isTie(float[] logits, TokenHistory history, double drawn, int a, int b) {
      Sampler sampler = new Sampler(request.sampling());
      SplittableRandom noise = new SplittableRandom(1);
      boolean metA = false;
      boolean metB = false;
      for (int i = 0; i < TRIES && !(metA && metB); i++) {
        float[] shaken = logits.clone();
        for (int id = 0; id < shaken.length; id++) {
          shaken[id] += ROUNDING * (float) (2 * noise.nextDouble() - 1);
        }
        int chosen = sampler.sample(shaken, history, new Drawn(drawn));
        metA |= chosen == a;
        metB |= chosen == b;
      }
      return metA && metB;
    }
  }

  /** One number, again and again. */
  private record Drawn(double number) implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("doubles only");
    }

    @Override
    public double nextDouble() {
      return number;
    }
  }
}
