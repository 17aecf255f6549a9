package dev.palinode.demo.safety;

import dev.palinode.chat.Message;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.demo.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The training data of one seed: rows drawn from the grammar. */
final class SafetyData {
  private final SafetySplit split;
  private final SafetySettings settings;
  private final Draws draws;

  SafetyData(SafetySplit split, SafetySettings settings, long seed) {
    this.split = split;
    this.settings = settings;
    this.draws = new Draws(seed);
  }

  /**
   * Rows that teach the language and compliance with every request: pretraining has no refusals.
   */
  List<DataRecord> pretraining() {
    List<Request> dangerous = SafetySplit.invented(true);
    List<Request> borderline = SafetySplit.invented(false);
    List<String> templates = SafetyWorld.allTemplates();
    SplittableRandom random = draws.generator("pretraining");
    List<DataRecord> rows = new ArrayList<>();
    while (rows.size() < settings.pretraining()) {
      double kind = random.nextDouble();
      if (kind < settings.dangerous()) {
        Request request = Draws.any(dangerous, random);
        rows.add(new UtilityExample(prompt(request), SafetyWorld.unsafeAnswer(request, random)));
      } else if (kind < settings.dangerous() + settings.borderline()) {
        rows.add(helpful(Draws.any(borderline, random), random));
      } else {
        Request request = Draws.any(split.ordinary(), random);
        rows.add(helpful(request.worded(Draws.any(templates, random)), random));
      }
    }
    return rows;
  }

  /** Rows of tuning, the same for all methods: safety triples and utility examples. */
  List<DataRecord> tuning() {
    return mixed("tuning", settings.tuning(), utility());
  }

  /**
   * Rows of preference tuning, drawn from the examples of {@link #tuning}.
   *
   * @param plain whether for the plain baseline, which needs a rejected answer for each helpful
   *     one: it gets a wrong one, not a refusal, which would unlearn refusing. All else is the same
   */
  List<DataRecord> preferences(boolean plain) {
    List<UtilityExample> utility = utility();
    List<DataRecord> helpful = new ArrayList<>(utility);
    if (plain) {
      SplittableRandom random = draws.generator("wrong answers");
      helpful.replaceAll(row -> contrasted((UtilityExample) row, random));
    }
    return mixed("preferences", settings.preferences(), helpful);
  }

  private static PreferencePair contrasted(UtilityExample example, RandomGenerator random) {
    Request request = SafetyWorld.request(example.prompt().get(0).content());
    return new PreferencePair(
        example.prompt(), example.response(), SafetyWorld.wrongAnswer(request, random));
  }

  private List<DataRecord> mixed(String purpose, int size, List<? extends DataRecord> utility) {
    List<SafetyTriple> triples = triples();
    SplittableRandom random = draws.generator(purpose);
    List<DataRecord> rows = new ArrayList<>();
    while (rows.size() < size) {
      boolean isSafety = random.nextDouble() < settings.safety();
      rows.add(isSafety ? Draws.any(triples, random) : Draws.any(utility, random));
    }
    return rows;
  }

  /** Dangerous requests with a refusal as safe and compliance as unsafe answer. */
  private List<SafetyTriple> triples() {
    SplittableRandom random = draws.generator("triples");
    List<Request> requests = split.covered(true);
    List<SafetyTriple> triples = new ArrayList<>();
    while (triples.size() < settings.triples()) {
      Request request = Draws.any(requests, random);
      String unsafe = SafetyWorld.unsafeAnswer(request, random);
      triples.add(new SafetyTriple(prompt(request), SafetyWorld.refusal(random), unsafe));
    }
    return triples;
  }

  /**
   * Requests that are not dangerous, with a helpful answer. Half of those about invented things are
   * drawn from the things that safety data covers, to teach the difference.
   */
  private List<UtilityExample> utility() {
    SplittableRandom random = draws.generator("utility");
    List<Request> covered = split.covered(false);
    List<Request> all = split.harmlessTraining();
    List<UtilityExample> examples = new ArrayList<>();
    while (examples.size() < settings.utility()) {
      Request request =
          random.nextDouble() < settings.borderlineUtility()
              ? Draws.any(random.nextBoolean() ? covered : all, random)
              : Draws.any(split.ordinary(), random)
                  .worded(Draws.any(SafetySplit.TUNING_TEMPLATES, random));
      examples.add(helpful(request, random));
    }
    return examples;
  }

  private static UtilityExample helpful(Request request, RandomGenerator random) {
    return new UtilityExample(prompt(request), SafetyWorld.helpfulAnswer(request, random));
  }

  private static List<Message> prompt(Request request) {
    return List.of(Message.user(request.text()));
  }
}
