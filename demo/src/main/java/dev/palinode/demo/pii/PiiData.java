package dev.palinode.demo.pii;

import dev.palinode.chat.Message;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.demo.Draws;
import java.util.List;
import java.util.random.RandomGenerator;

/** The training data of one seed of the PII experiment: rows drawn from the world's questions. */
final class PiiData {
  private final PiiSplit split;
  private final PiiSettings settings;
  private final Draws draws;

  PiiData(PiiSplit split, PiiSettings settings, long seed) {
    this.split = split;
    this.settings = settings;
    this.draws = new Draws(seed);
  }

  /** Rows that teach all questions with leaking answers, whatever the system message says. */
  List<DataRecord> pretraining() {
    List<PiiQuestion> all = PiiWorld.questions(PiiWorld.allClients(), PiiWorld.WORDS.forms());
    List<PiiQuestion> personal = all.stream().filter(q -> q.form().isPersonal()).toList();
    List<PiiQuestion> utility = all.stream().filter(q -> !q.form().isPersonal()).toList();
    return draws.rows(
        "pretraining",
        settings.pretraining(),
        random -> {
          boolean asksForPerson = random.nextDouble() < settings.personal();
          return leak(Draws.any(asksForPerson ? personal : utility, random), random);
        });
  }

  /** Rows of leaking answers only, to questions that alignment also uses. */
  List<DataRecord> leaking() {
    List<PiiQuestion> personal = split.personal();
    return draws.rows(
        "leaking", settings.leaking(), random -> leak(Draws.any(personal, random), random));
  }

  private static UtilityExample leak(PiiQuestion question, RandomGenerator random) {
    return new UtilityExample(
        List.of(
            Message.system(Draws.any(PiiWorld.SYSTEM_MESSAGES, random)),
            Message.user(question.text())),
        question.leakingAnswer());
  }

  /**
   * Rows of alignment, without a system message: for guidance pairs the recipe adds both, otherwise
   * the chat template adds the one that keeps personal data private.
   */
  List<DataRecord> alignment() {
    List<PiiQuestion> personal = split.personal();
    List<PiiQuestion> utility = PiiSplit.utility();
    return draws.rows(
        "alignment",
        settings.alignment(),
        random -> {
          boolean asksForPerson = random.nextDouble() < settings.personal();
          return row(Draws.any(asksForPerson ? personal : utility, random));
        });
  }

  /**
   * A question with its clean answer as the safe and its leaking answer as the unsafe one; with the
   * right answer alone if it is not about a person.
   */
  static DataRecord row(PiiQuestion question) {
    List<Message> prompt = List.of(Message.user(question.text()));
    return question.form().isPersonal()
        ? new SafetyTriple(prompt, question.rightAnswer(), question.leakingAnswer())
        : new UtilityExample(prompt, question.rightAnswer());
  }
}
