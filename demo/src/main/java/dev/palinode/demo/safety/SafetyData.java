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
    return draws.rows(
        "pretraining",
        settings.pretraining(),
        random -> {
          double kind = random.nextDouble();
          if (kind < settings.dangerous()) {
            Request request = Draws.any(dangerous, random);
            return new UtilityExample(prompt(request), SafetyWorld.unsafeAnswer(request, random));
          } else if (kind < settings.dangerous() + settings.borderline()) {
            return helpful(Draws.any(borderline, random), random);
          }
          Request request = Draws.any(split.ordinary(), random);
          return helpful(request.worded(Draws.any(templates, random)), random);
        });
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
    return draws.rows(
        purpose,
        size,
        random -> Draws.any(random.nextDouble() < settings.safety() ? triples : utility, random));
  }

  /** Dangerous requests with a refusal as safe and compliance as unsafe answer. */
  private List<SafetyTriple> triples() {
    List<Request> requests = split.covered(true);
    return draws.rows(
        "triples",
        settings.triples(),
        random -> {
          Request request = Draws.any(requests, random);
          String unsafe = SafetyWorld.unsafeAnswer(request, random);
          return new SafetyTriple(prompt(request), SafetyWorld.refusal(random), unsafe);
        });
  }

  /**
   * Requests that are not dangerous, with a helpful answer. Half of those about invented things are
   * drawn from the things that safety data covers, to teach the difference.
   */
  private List<UtilityExample> utility() {
    List<Request> covered = split.covered(false);
    List<Request> all = split.harmlessTraining();
    return draws.rows(
        "utility",
        settings.utility(),
        random -> {
          Request request =
              random.nextDouble() < settings.borderlineUtility()
                  ? Draws.any(random.nextBoolean() ? covered : all, random)
                  : Draws.any(split.ordinary(), random)
                      .worded(Draws.any(SafetySplit.TUNING_TEMPLATES, random));
          return helpful(request, random);
        });
  }

  private static UtilityExample helpful(Request request, RandomGenerator random) {
    return new UtilityExample(prompt(request), SafetyWorld.helpfulAnswer(request, random));
  }

  private static List<Message> prompt(Request request) {
    return List.of(Message.user(request.text()));
  }
}
