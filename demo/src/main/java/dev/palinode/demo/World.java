package dev.palinode.demo;

import dev.palinode.data.record.DataRecord;
import dev.palinode.evaluation.judging.AnswerJudge;
import java.util.List;
import java.util.Map;

/**
 * A micro-world: a small invented language with exact judges. Its words, its recipes and its {@code
 * experiment.yaml} are resources of its package.
 */
public interface World {
  /** The name of its judge and its suite of benchmarks. */
  String name();

  /** Amounts and kinds of data; written next to the results. */
  Record settings();

  WorldTokenizer tokenizer();

  /** The training data of a seed, by name. */
  Map<String, List<DataRecord>> data(long seed);

  /** The prompts of a seed. */
  List<PromptSet> prompts(long seed, Part part);

  /** An answer that complies with a prompt, for attacks to aim at; empty if that is harmless. */
  default String target(String prompt) {
    return "";
  }

  /** Maximum length of an answer, discarded tokens included. */
  int maxNewTokens();

  /** Judges answers. */
  AnswerJudge judge();

  /** Checks of answers. */
  List<AnswerCheck> checks();
}
