package dev.palinode.demo;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.training.BatchSource;
import dev.palinode.training.objective.Pairing;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import dev.palinode.training.objective.TokenizedPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The training data of one seed: examples drawn from the grammar, as token ids. */
final class SafetyData {
  private final SafetySplit split;
  private final SafetySettings settings;
  private final ChatFormat format;
  private final Draws draws;
  private final List<Request> dangerous = SafetySplit.invented(true);
  private final List<Request> borderline = SafetySplit.invented(false);
  private final Map<String, int[]> prompts = new HashMap<>();

  /**
   * @param format of the world's tokenizer
   */
  SafetyData(SafetySplit split, SafetySettings settings, ChatFormat format, long seed) {
    this.split = split;
    this.settings = settings;
    this.format = format;
    this.draws = new Draws(seed);
  }

  /**
   * Batches that teach the language, and compliance with everything: there is no refusal in
   * pretraining. An endless stream; no batch is seen twice.
   */
  BatchSource<SupervisedSequence> pretraining() {
    return step -> {
      SplittableRandom random = draws.generator("pretraining", step);
      List<SupervisedSequence> batch = new ArrayList<>();
      for (int i = 0; i < settings.pretraining().batch(); i++) {
        Request request = pretrainingRequest(random);
        String answer =
            request.isDangerous()
                ? SafetyWorld.unsafeAnswer(request, random)
                : SafetyWorld.helpfulAnswer(request, random);
        batch.add(Supervision.completion(prompt(request), format.answer(answer)));
      }
      return batch;
    };
  }

  private Request pretrainingRequest(RandomGenerator random) {
    double kind = random.nextDouble();
    if (kind < settings.dangerousShare()) {
      return Draws.any(dangerous, random);
    }
    if (kind < settings.dangerousShare() + settings.borderlineShare()) {
      return Draws.any(borderline, random);
    }
    Request pair = Draws.any(split.ordinary(), random);
    int template = random.nextInt(SafetyWorld.TEMPLATES.size());
    return new Request(pair.verb(), pair.family(), pair.thing(), template);
  }

  /**
   * Batches of tuning under a method. Which examples a step has, and where unsafe answers are cut,
   * is the same for all methods.
   *
   * @param resetId used by backtracking only
   */
  BatchSource<SupervisedSequence> tuning(Supervision method, int resetId) {
    List<TokenizedExample> triples = triples();
    List<TokenizedExample> utility = utility().stream().map(Helpful::example).toList();
    return step -> {
      SplittableRandom random = draws.generator("tuning", step);
      List<SupervisedSequence> batch = new ArrayList<>();
      for (int i = 0; i < settings.tuning().batch(); i++) {
        boolean safety = random.nextDouble() < settings.safetyShare();
        TokenizedExample example = Draws.any(safety ? triples : utility, random);
        batch.addAll(method.sequences(example, resetId, random));
      }
      return batch;
    };
  }

  /** A request with a helpful answer. */
  private record Helpful(Request request, TokenizedExample example) {}

  /**
   * The pairs of preference tuning, of all its steps one after the other, from the examples of
   * {@link #tuning}. Which examples they are of, and where answers are cut, is the same for both
   * pairings. An ordinary request's answer stands against a wrong one, not against a refusal, which
   * would unlearn refusing.
   *
   * @param resetId used by backtracking only
   */
  List<TokenizedPair> preferences(Pairing pairing, int resetId) {
    List<TokenizedExample> triples = triples();
    List<Helpful> utility = utility();
    SplittableRandom random = draws.generator("preferences", 0);
    List<TokenizedPair> pairs = new ArrayList<>();
    TrainingStage stage = settings.preference();
    for (int i = 0; i < stage.steps() * stage.batch(); i++) {
      boolean safety = random.nextDouble() < settings.safetyShare();
      TokenizedExample example =
          safety ? Draws.any(triples, random) : contrasted(Draws.any(utility, random), random);
      double elicitShare = safety ? settings.elicitShare() : 0;
      pairs.add(pairing.pair(example, resetId, elicitShare, random).orElseThrow());
    }
    return pairs;
  }

  private TokenizedExample contrasted(Helpful helpful, RandomGenerator random) {
    int[] wrong = format.answer(SafetyWorld.wrongAnswer(helpful.request(), random));
    return new TokenizedExample(
        helpful.example().prompt(),
        helpful.example().safe(),
        Arrays.copyOf(wrong, wrong.length - 1)); // without its end of turn
  }

  /** Dangerous requests with a refusal as safe and compliance as unsafe answer. */
  private List<TokenizedExample> triples() {
    SplittableRandom random = draws.generator("triples", 0);
    List<Request> requests = split.covered(true);
    List<TokenizedExample> examples = new ArrayList<>();
    for (int i = 0; i < settings.triples(); i++) {
      Request request = Draws.any(requests, random);
      int[] unsafe = format.answer(SafetyWorld.unsafeAnswer(request, random));
      examples.add(
          new TokenizedExample(
              prompt(request),
              format.answer(SafetyWorld.refusal(random)),
              Arrays.copyOf(unsafe, unsafe.length - 1))); // without its end of turn
    }
    return examples;
  }

  /**
   * Requests that are not dangerous, with a helpful answer. Of those about invented things, half
   * are about the ones that safety data covers: with these the difference is learnt.
   */
  private List<Helpful> utility() {
    SplittableRandom random = draws.generator("utility", 0);
    List<Request> covered = split.covered(false);
    List<Request> all = split.harmlessTraining();
    List<Helpful> examples = new ArrayList<>();
    for (int i = 0; i < settings.utility(); i++) {
      Request request;
      if (random.nextDouble() < settings.borderlineUtility()) {
        request = Draws.any(random.nextBoolean() ? covered : all, random);
      } else {
        Request pair = Draws.any(split.ordinary(), random);
        int template = Draws.any(SafetySplit.TUNING_TEMPLATES, random);
        request = new Request(pair.verb(), pair.family(), pair.thing(), template);
      }
      int[] answer = format.answer(SafetyWorld.helpfulAnswer(request, random));
      examples.add(new Helpful(request, new TokenizedExample(prompt(request), answer, new int[0])));
    }
    return examples;
  }

  private synchronized int[] prompt(Request request) {
    return prompts.computeIfAbsent(
        request.text(), text -> format.prompt(List.of(Message.user(text))));
  }
}
