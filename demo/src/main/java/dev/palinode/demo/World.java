package dev.palinode.demo;

import dev.palinode.data.record.DataRecord;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.Evaluator;
import dev.palinode.evaluation.PromptSet;
import java.util.List;
import java.util.Map;

/**
 * An invented little language with exact judges. Beside the class are its words, its recipes and
 * its {@code experiment.yaml}.
 */
public interface World {
  /** How much data there is, and of which kinds; written beside the results. */
  Record settings();

  WorldTokenizer tokenizer();

  /** The training data of a seed, by name. */
  Map<String, List<DataRecord>> data(long seed);

  /** A prompt set and how it is answered. */
  record Asked(PromptSet set, SamplingSettings sampling) {}

  /** The prompts of a seed. */
  List<Asked> prompts(long seed, Part part);

  /** Longest answer, discarded tokens included. */
  int maxNewTokens();

  /** Judges answers. */
  Evaluator evaluator();
}
