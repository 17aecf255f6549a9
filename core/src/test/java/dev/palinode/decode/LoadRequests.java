package dev.palinode.decode;

import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random requests of all kinds.
 *
 * @param prompts to draw from
 * @param end the stop token
 * @param reset the model's reset token
 */
record LoadRequests(List<int[]> prompts, int end, int reset) {
  private static final Duration LONG = Duration.ofMinutes(2);

  /**
   * The request of a seed.
   *
   * @param patient without time limits and slow guards
   */
  GenerationRequest request(long seed, boolean patient) {
    SplittableRandom random = new SplittableRandom(seed);
    GenerationRequest.Builder builder =
        GenerationRequest.builder(prompt(random))
            .maxNewTokens(1 + random.nextInt(40))
            .stopIds(Set.of(end))
            .sampling(sampling(random))
            .undo(undo(random))
            .seed(random.nextLong());
    if (random.nextInt(3) == 0) {
      builder.guidance(guidance(random));
    }
    if (random.nextInt(2) == 0) {
      builder.guards(guards(random, patient));
    }
    Duration limit = Duration.ofNanos(1 + random.nextInt(40_000_000));
    if (random.nextInt(8) == 0 && !patient) {
      builder.timeLimit(limit);
    }
    return builder.build();
  }

  private int[] prompt(SplittableRandom random) {
    return prompts.get(random.nextInt(prompts.size()));
  }

  private static SamplingSettings sampling(SplittableRandom random) {
    SamplingSettings.Builder builder = SamplingSettings.builder().temperature(random.nextInt(2));
    if (random.nextInt(3) == 0) {
      builder.repetitionPenalty(1.2).presencePenalty(0.5).frequencyPenalty(0.2);
    }
    if (random.nextInt(3) == 0) {
      builder.topK(5).topP(0.9);
    }
    return builder.build();
  }

  private UndoPolicy undo(SplittableRandom random) {
    UndoPolicy policy = UndoPolicy.onReset(reset, random.nextInt(4));
    if (random.nextBoolean()) {
      policy = policy.withContext(UndoPolicy.Context.CUT_BACK);
    }
    if (random.nextBoolean()) {
      policy = policy.refusingWith(3, 5);
    }
    return switch (random.nextInt(3)) {
      case 0 -> policy.withExtent(new UndoScope.LastTokens(1 + random.nextInt(4)));
      case 1 -> policy.withExtent(new UndoScope.LastSentence());
      default -> policy;
    };
  }

  private Guidance guidance(SplittableRandom random) {
    Guidance.Form form = random.nextBoolean() ? Guidance.Form.LOG : Guidance.Form.PROBABILITY;
    Guidance whole = Guidance.of(prompt(random), random.nextInt(4), form);
    return random.nextBoolean() ? whole : whole.ofFirst(1 + random.nextInt(5));
  }

  private GuardPolicy guards(SplittableRandom random, boolean patient) {
    GuardPolicy.Response response =
        switch (random.nextInt(3)) {
          case 0 -> new GuardPolicy.ForceReset();
          case 1 -> new GuardPolicy.Rewind(Optional.empty());
          default -> GuardPolicy.Rewind.nudged(prompt(random));
        };
    int salt = random.nextInt();
    boolean slow = random.nextInt(10) == 0 && !patient;
    return new GuardPolicy(
        List.of(slow ? slow(salt) : guard(salt)),
        1 + random.nextInt(5),
        response,
        random.nextInt(4),
        random.nextBoolean() ? TokenIds.of(3, 4, 3) : TokenIds.of(),
        slow ? Duration.ofMillis(20) : LONG);
  }

  /** Comes to whatever verdict, always the same of the same text. */
  private static Guard guard(int salt) {
    return (text, complete) -> {
      int hash = text.hashCode() * 31 + salt;
      int somewhere = Math.floorMod(hash >> 8, text.length() + 1);
      return switch (Math.floorMod(hash, 60)) {
        case 0 -> throw new IllegalStateException("a guard that is broken");
        case 1 -> Verdict.undecided("no idea");
        case 2, 3, 4, 5, 6, 7 -> Verdict.unsafe("so it is", somewhere);
        case 8, 9, 10, 11, 12 -> complete ? Verdict.safe() : Verdict.safeUpTo(somewhere);
        default -> Verdict.safe();
      };
    };
  }

  /** The same, but too late at the end. */
  private static Guard slow(int salt) {
    Guard guard = guard(salt);
    return (text, complete) -> {
      if (complete) {
        Thread.sleep(60_000);
      }
      return guard.check(text, complete);
    };
  }
}
