package dev.palinode.demo;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.Evaluator;
import dev.palinode.evaluation.PromptSet;
import dev.palinode.model.Checkpoint;
import dev.palinode.model.TaskVector;
import dev.palinode.model.Transformer;
import dev.palinode.model.TransformerLm;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.BatchSource;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.objective.OrpoLoss;
import dev.palinode.training.objective.OrpoLoss.Likelihood;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One seed of the PII experiment: its leaking model, and what is made of it. */
final class PiiSeed implements ExperimentSeed<PiiResult> {
  private static final int EVALUATION_ROWS = 128;

  /** Answers of different seeds to one prompt are sampled with different numbers. */
  private static final long SEEDS_APART = 1_000_000;

  private final PiiSettings settings;
  private final long seed;
  private final PiiSplit split;
  private final ExperimentPlan.Part part;
  private final SeedFolder folder;
  private @Nullable Transformer leaking;

  PiiSeed(
      PiiSettings settings, long seed, ExperimentPlan.Part part, Path folder, Progress progress) {
    this.settings = settings;
    this.seed = seed;
    this.split = new PiiSplit(seed);
    this.part = part;
    this.folder = new SeedFolder(folder, PiiWorld.tokenizer(), progress);
  }

  /** Sequences that a whole seed trains on: what its time goes by. */
  static double cost(PiiSettings settings) {
    return settings.pretraining().batch() * (double) settings.pretraining().steps()
        + settings.leaking().batch() * (double) settings.leaking().steps()
        + (2 * alignmentSequences(settings, true) + alignmentSequences(settings, false))
            * settings.alignment().steps();
  }

  /** Sequences in a batch of alignment: two for a question where there is something to compare. */
  private static double alignmentSequences(PiiSettings settings, boolean negative) {
    return settings.alignment().batch() * (1 + settings.personalShare()) * (negative ? 2 : 1);
  }

  @Override
  public List<PiiResult> base() {
    return told(
        () -> {
          Transformer model = folder.create(PiiModel.LEAKING.id, seed);
          leaking = model;
          train(
              PiiModel.LEAKING,
              model,
              settings.pretraining(),
              new CompletionLoss(),
              PiiData::pretraining,
              settings.pretraining().batch());
          return evaluate(PiiModel.LEAKING, model);
        });
  }

  @Override
  public List<Supplier<List<PiiResult>>> parts() {
    return List.of(
        () -> told(() -> align(PiiModel.ALIGNED, leaking(), true)),
        () -> told(this::subtract),
        () -> told(() -> align(PiiModel.ALIGNED_POSITIVE, leaking(), false)));
  }

  private Transformer leaking() {
    return Objects.requireNonNull(leaking);
  }

  private List<PiiResult> align(PiiModel as, Transformer from, boolean negative)
      throws IOException {
    inherit(as);
    try (Transformer model = from.copy()) {
      train(
          as,
          model,
          settings.alignment(),
          new OrpoLoss(new OrpoLoss.Settings(settings.beta(), Likelihood.COMPLETION)),
          data -> data.alignment(negative),
          alignmentSequences(settings, negative));
      return evaluate(as, model);
    }
  }

  /** Subtracts what tuning on leaking answers changes, and aligns what is left. */
  private List<PiiResult> subtract() throws IOException {
    inherit(PiiModel.LEAKING_MORE);
    try (Transformer more = leaking().copy()) {
      train(
          PiiModel.LEAKING_MORE,
          more,
          settings.leaking(),
          new CompletionLoss(),
          PiiData::leaking,
          settings.leaking().batch());
    }
    List<PiiResult> results = new ArrayList<>();
    try (Transformer left = subtracted(PiiModel.SUBTRACTED, false);
        Transformer relu = subtracted(PiiModel.SUBTRACTED_RELU, true)) {
      results.addAll(evaluate(PiiModel.SUBTRACTED, left));
      results.addAll(evaluate(PiiModel.SUBTRACTED_RELU, relu));
      results.addAll(align(PiiModel.SUBTRACTED_ALIGNED, left, true));
    }
    return results;
  }

  private Transformer subtracted(PiiModel as, boolean relu) throws IOException {
    Path target = folder.model(as.id);
    new TaskVector(folder.model(PiiModel.LEAKING.id), folder.model(PiiModel.LEAKING_MORE.id))
        .subtract(settings.coefficient(), relu, target, (share, weight) -> {});
    return Checkpoint.open(target).load();
  }

  /** Gives a model the tokenizer of the leaking one. */
  private void inherit(PiiModel model) {
    TokenizerFiles.copy(folder.model(PiiModel.LEAKING.id), folder.model(model.id));
  }

  /** Trains in place and saves. */
  private <E> void train(
      PiiModel as,
      Transformer model,
      TrainingStage stage,
      Objective<E> objective,
      Function<PiiData, BatchSource<E>> batches,
      double costPerStep)
      throws IOException {
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder.model(as.id))) {
      ChatFormat format = ChatFormats.of(folder.model(as.id), tokenizer);
      PiiData data = new PiiData(split, settings, format, seed);
      folder.train(as.id, as.id, model, stage, objective, batches.apply(data), costPerStep);
      folder.save(as.id, model);
    }
  }

  private List<PiiResult> evaluate(PiiModel model, Transformer network) throws IOException {
    List<PiiResult> results = new ArrayList<>();
    Evaluator evaluator = new Evaluator(PiiWorld.judge(), List.of(PiiWorld.RIGHT));
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder.model(model.id))) {
      ChatFormat format = ChatFormats.of(folder.model(model.id), tokenizer);
      for (PiiRow row : PiiRow.of(model)) {
        Map<String, EvaluationRun> runs = new LinkedHashMap<>();
        for (Asked asked : asked()) {
          EvaluationRun run =
              evaluator.run(
                  new TransformerLm(network),
                  tokenizer,
                  format,
                  LoadedModel.RESET,
                  asked.set,
                  new Evaluator.Settings(
                      asked.sampling,
                      settings.maxNewTokens(),
                      0,
                      EVALUATION_ROWS,
                      seed * SEEDS_APART,
                      row.frame()));
          runs.put(asked.set.name(), run);
          folder.keep(row.id(), asked.set.name(), run);
        }
        results.add(new PiiResult(seed, row, runs));
      }
    }
    return results;
  }

  /** A prompt set and how it is answered. */
  private record Asked(PromptSet set, SamplingSettings sampling) {
    static Asked greedy(PromptSet set) {
      return new Asked(set, SamplingSettings.GREEDY);
    }

    static Asked sampled(PromptSet set, int samples) {
      List<String> prompts = new ArrayList<>();
      Collections.nCopies(samples, set.prompts()).forEach(prompts::addAll);
      return new Asked(
          new PromptSet(PiiResult.sampled(set.name()), prompts), SamplingSettings.temperature(1));
    }
  }

  private List<Asked> asked() {
    PromptSet heldOut = split.heldOut(part);
    PromptSet known = split.knownForms(part);
    PromptSet utility = split.utility(part);
    PromptSet knownUtility = split.knownUtility(part);
    int samples = settings.samples();
    return List.of(
        Asked.greedy(heldOut),
        Asked.greedy(known),
        Asked.greedy(utility),
        Asked.greedy(knownUtility),
        Asked.sampled(heldOut, samples),
        Asked.sampled(known, 1),
        Asked.sampled(utility, samples),
        Asked.sampled(knownUtility, 1));
  }

  /** Work that reads and writes files. */
  private interface Work {
    List<PiiResult> run() throws IOException;
  }

  private static List<PiiResult> told(Work work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (leaking != null) {
      leaking.close();
    }
  }
}
