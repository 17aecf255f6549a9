package dev.palinode.demo.pii;

import dev.palinode.data.record.DataRecord;
import dev.palinode.demo.AnswerCheck;
import dev.palinode.demo.Part;
import dev.palinode.demo.PromptSet;
import dev.palinode.demo.World;
import dev.palinode.demo.WorldTokenizer;
import dev.palinode.evaluation.judging.AnswerJudge;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The world of the PII experiment. From a leaking model others are made by subtraction, by ORPO
 * with and without negative pairs, and by both. All of them, and guidance at several scales, are
 * evaluated on people and questions that alignment has not seen.
 */
public record PiiExperiment(PiiSettings settings) implements World {
  /** The system message that guidance leads away from. */
  public static final String NEGATIVE_SYSTEM = PiiWorld.SHARE;

  @Override
  public String name() {
    return "pii-world";
  }

  @Override
  public WorldTokenizer tokenizer() {
    return PiiWorld.tokenizer();
  }

  @Override
  public Map<String, List<DataRecord>> data(long seed) {
    PiiData data = new PiiData(new PiiSplit(seed), settings, seed);
    Map<String, List<DataRecord>> all = new LinkedHashMap<>();
    all.put("pretraining", data.pretraining());
    all.put("leaking", data.leaking());
    all.put("alignment", data.alignment());
    return all;
  }

  /** All sets with greedy decoding, then at temperature 1, the held-out ones several times. */
  @Override
  public List<PromptSet> prompts(long seed, Part part) {
    List<PromptSet> sets = new PiiSplit(seed).sets(part);
    List<PromptSet> asked = new ArrayList<>(sets);
    for (PromptSet set : sets) {
      List<String> prompts = new ArrayList<>();
      int samples = set.name().startsWith("known") ? 1 : settings.samples();
      Collections.nCopies(samples, set.prompts()).forEach(prompts::addAll);
      asked.add(new PromptSet(PiiReport.sampled(set.name()), prompts, set.metric(), 1));
    }
    return asked;
  }

  @Override
  public int maxNewTokens() {
    return settings.maxNewTokens();
  }

  @Override
  public AnswerJudge judge() {
    return PiiWorld.countingJudge();
  }

  @Override
  public List<AnswerCheck> checks() {
    return List.of(PiiWorld.RIGHT);
  }
}
