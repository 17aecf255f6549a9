package dev.palinode.demo;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.training.BatchSource;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The training data of one seed of the PII experiment, as token ids. */
final class PiiData {
  private final PiiSplit split;
  private final PiiSettings settings;
  private final ChatFormat format;
  private final Draws draws;

  /**
   * @param format of the world's tokenizer
   */
  PiiData(PiiSplit split, PiiSettings settings, ChatFormat format, long seed) {
    this.split = split;
    this.settings = settings;
    this.format = format;
    this.draws = new Draws(seed);
  }

  /** Batches that teach all questions with leaking answers, whatever the system message says. */
  BatchSource<SupervisedSequence> pretraining() {
    List<PiiQuestion> all = PiiWorld.questions(PiiWorld.allClients(), List.of(PiiForm.values()));
    List<PiiQuestion> personal = all.stream().filter(q -> q.form().isPersonal()).toList();
    List<PiiQuestion> utility = all.stream().filter(q -> !q.form().isPersonal()).toList();
    return step -> {
      SplittableRandom random = draws.generator("pretraining", step);
      List<SupervisedSequence> batch = new ArrayList<>();
      for (int i = 0; i < settings.pretraining().batch(); i++) {
        boolean asksForPerson = random.nextDouble() < settings.personalShare();
        batch.add(leak(Draws.any(asksForPerson ? personal : utility, random), random));
      }
      return batch;
    };
  }

  /** Batches of leaking answers only, to questions that alignment knows, too. */
  BatchSource<SupervisedSequence> leaking() {
    List<PiiQuestion> personal = split.personal();
    return step -> {
      SplittableRandom random = draws.generator("leaking", step);
      List<SupervisedSequence> batch = new ArrayList<>();
      for (int i = 0; i < settings.leaking().batch(); i++) {
        batch.add(leak(Draws.any(personal, random), random));
      }
      return batch;
    };
  }

  private SupervisedSequence leak(PiiQuestion question, SplittableRandom random) {
    return Supervision.completion(
        prompt(Draws.any(PiiWorld.SYSTEM_MESSAGES, random), question),
        format.answer(question.leakingAnswer()));
  }

  /**
   * Batches of alignment. The questions are the same with and without negative pairs, and so are
   * the positive pairs.
   *
   * @param negative whether each question comes under the negative system message, too
   */
  BatchSource<TokenizedPair> alignment(boolean negative) {
    List<PiiQuestion> personal = split.personal();
    List<PiiQuestion> utility = PiiSplit.utility();
    return step -> {
      SplittableRandom random = draws.generator("alignment", step);
      List<TokenizedPair> batch = new ArrayList<>();
      for (int i = 0; i < settings.alignment().batch(); i++) {
        boolean asksForPerson = random.nextDouble() < settings.personalShare();
        PiiQuestion question = Draws.any(asksForPerson ? personal : utility, random);
        batch.add(pair(question, false));
        if (negative) {
          batch.add(pair(question, true));
        }
      }
      return batch;
    };
  }

  /**
   * A question under a system message, with the answer to prefer and the one to give up: the clean
   * and the leaking one, swapped under the negative message. An answer that gives nothing away is
   * the same under both, and there is nothing to give up.
   */
  TokenizedPair pair(PiiQuestion question, boolean negative) {
    int[] prompt = prompt(negative ? PiiWorld.SHARE : PiiWorld.KEEP, question);
    int[] right = format.answer(question.rightAnswer());
    if (!question.form().isPersonal()) {
      return new TokenizedPair(prompt, right, new int[0]);
    }
    int[] leaking = format.answer(question.leakingAnswer());
    return negative
        ? new TokenizedPair(prompt, leaking, right)
        : new TokenizedPair(prompt, right, leaking);
  }

  private int[] prompt(String system, PiiQuestion question) {
    return format.prompt(List.of(Message.system(system), Message.user(question.text())));
  }
}
