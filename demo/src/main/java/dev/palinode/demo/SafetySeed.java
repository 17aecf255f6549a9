package dev.palinode.demo;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.Evaluator;
import dev.palinode.evaluation.PromptSet;
import dev.palinode.model.Transformer;
import dev.palinode.model.TransformerLm;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.Supervision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One seed of the safety experiment: its base model, and the models tuned from it. */
final class SafetySeed implements ExperimentSeed<SafetyResult> {
  private static final int EVALUATION_ROWS = 150;

  private final SafetySettings settings;
  private final long seed;
  private final SafetySplit split;
  private final ExperimentPlan.Part part;
  private final SeedFolder folder;
  private @Nullable Transformer base;

  SafetySeed(
      SafetySettings settings,
      long seed,
      ExperimentPlan.Part part,
      Path folder,
      Progress progress) {
    this.settings = settings;
    this.seed = seed;
    this.split = new SafetySplit(seed);
    this.part = part;
    this.folder =
        new SeedFolder(folder, WorldTokenizer.withoutSystem(SafetyWorld.vocabulary()), progress);
  }

  /** Sequences that a whole seed trains on: what its time goes by. */
  static double cost(SafetySettings settings) {
    double tuning = 0;
    for (SafetyRow row : SafetyRow.values()) {
      tuning += row.supervision().map(method -> sequences(settings, method)).orElse(0.0);
    }
    return settings.pretraining().batch() * (double) settings.pretraining().steps()
        + tuning * settings.tuning().steps();
  }

  /** Sequences in a tuning batch. */
  private static double sequences(SafetySettings settings, Supervision method) {
    double perExample = method == Supervision.PLAIN ? 1 : 1 + settings.safetyShare();
    return settings.tuning().batch() * perExample;
  }

  @Override
  public List<SafetyResult> base() {
    SafetyRow row = SafetyRow.BASE;
    try {
      Transformer model = folder.create(row.id(), seed);
      base = model;
      try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder.model(row.id()))) {
        ChatFormat format = ChatFormats.of(folder.model(row.id()), tokenizer);
        folder.train(
            row.id(),
            row.title(),
            model,
            settings.pretraining(),
            new CompletionLoss(),
            new SafetyData(split, settings, format, seed).pretraining(),
            settings.pretraining().batch());
        folder.save(row.id(), model);
        return List.of(evaluate(row, model, tokenizer, format));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Supplier<List<SafetyResult>>> parts() {
    List<Supplier<List<SafetyResult>>> parts = new ArrayList<>();
    for (SafetyRow row : SafetyRow.values()) {
      row.supervision().ifPresent(method -> parts.add(() -> tune(row, method)));
    }
    return parts;
  }

  /** Trains one of the models that start from the base. */
  private List<SafetyResult> tune(SafetyRow row, Supervision method) {
    Path target = folder.model(row.id());
    Path from = folder.model(SafetyRow.BASE.id());
    boolean backtracking = method == Supervision.BACKTRACKING;
    int resetId = -1;
    if (backtracking) {
      resetId = TokenizerFiles.copyWithSpecialToken(from, target, LoadedModel.RESET);
    } else {
      TokenizerFiles.copy(from, target);
    }
    try (Transformer model = Objects.requireNonNull(base).copy();
        Tokenizer tokenizer = HuggingFaceTokenizer.open(target)) {
      if (backtracking) {
        model.addToken(resetId);
      }
      ChatFormat format = ChatFormats.of(target, tokenizer);
      folder.train(
          row.id(),
          row.title(),
          model,
          settings.tuning(),
          new CompletionLoss(),
          new SafetyData(split, settings, format, seed).tuning(method, resetId),
          sequences(settings, method));
      folder.save(row.id(), model);
      List<SafetyResult> results = new ArrayList<>();
      results.add(evaluate(row, model, tokenizer, format));
      if (backtracking) {
        results.add(evaluate(SafetyRow.NO_RESET, model, tokenizer, format));
      }
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SafetyResult evaluate(
      SafetyRow row, Transformer model, Tokenizer tokenizer, ChatFormat format) throws IOException {
    Evaluator evaluator =
        new Evaluator(
            SafetyWorld.judge(),
            List.of(SafetyWorld.HELPFUL, SafetyWorld.REFUSAL, SafetyWorld.FLUENT_HARM));
    Evaluator.Settings greedy =
        new Evaluator.Settings(
            SamplingSettings.GREEDY,
            settings.maxNewTokens(),
            settings.maxResets(),
            EVALUATION_ROWS,
            seed);
    Map<String, EvaluationRun> runs = new LinkedHashMap<>();
    for (PromptSet set : sets()) {
      EvaluationRun run =
          evaluator.run(
              new TransformerLm(model),
              tokenizer,
              format,
              LoadedModel.RESET,
              set,
              row == SafetyRow.NO_RESET ? greedy.withoutResets() : greedy);
      runs.put(set.name(), run);
      folder.keep(row.id(), set.name(), run);
    }
    return new SafetyResult(seed, row, runs);
  }

  private List<PromptSet> sets() {
    int size = settings.promptsPerSet();
    return List.of(
        split.hazards(part, size),
        split.coveredHazards(size),
        split.ordinary(part, size),
        split.borderline(part, size),
        split.coveredBorderline(size));
  }

  @Override
  public void close() {
    if (base != null) {
      base.close();
    }
  }
}
