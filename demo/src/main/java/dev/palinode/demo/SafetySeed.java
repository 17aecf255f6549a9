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
import dev.palinode.training.objective.DpoLoss;
import dev.palinode.training.objective.DpoSettings;
import dev.palinode.training.objective.ReferenceScores;
import dev.palinode.training.objective.ReferencedPair;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One seed of the safety experiment: its base model, and the models tuned from it. */
final class SafetySeed implements ExperimentSeed<SafetyResult> {
  private static final int EVALUATION_ROWS = 150;

  /** A pair is two answers, trained on once and scored once. */
  private static final double PAIR_COST = 2;

  private static final int TOKENS_PER_PASS = 8192;

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
    double cost = settings.pretraining().batch() * (double) settings.pretraining().steps();
    for (SafetyRow row : SafetyRow.values()) {
      if (row.isTrained() && row.pairing().isPresent()) {
        cost += PAIR_COST * settings.preference().batch() * settings.preference().steps();
      } else if (row.isTrained() && row.supervision().isPresent()) {
        cost += sequences(settings, row.supervision().get()) * (double) settings.tuning().steps();
      }
    }
    return cost;
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
      }
      folder.save(row.id(), model);
      return List.of(evaluate(row, folder.model(row.id()), model));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Supplier<List<SafetyResult>>> parts() {
    List<Supplier<List<SafetyResult>>> parts = new ArrayList<>();
    for (Supervision method : Supervision.values()) {
      parts.add(() -> tune(method));
    }
    return parts;
  }

  /** Trains the models that start from the base by one method, one after the other. */
  private List<SafetyResult> tune(Supervision method) {
    List<SafetyResult> results = new ArrayList<>();
    try (Transformer model = Objects.requireNonNull(base).copy()) {
      if (method == Supervision.BACKTRACKING) {
        model.addToken(model.config().vocabSize());
      }
      SafetyRow made = SafetyRow.BASE; // whose folder the model is in
      for (SafetyRow row : SafetyRow.values()) {
        if (row.supervision().equals(Optional.of(method))) {
          if (row.isTrained()) {
            train(row, method, model);
            made = row;
          }
          results.add(evaluate(row, folder.model(made.id()), model));
        }
      }
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trains what the row has more than the row before it. */
  private void train(SafetyRow row, Supervision method, Transformer model) throws IOException {
    Path target = folder.model(row.id());
    Path from = folder.model(SafetyRow.BASE.id());
    int resetId = -1;
    if (method == Supervision.BACKTRACKING) {
      resetId = TokenizerFiles.copyWithSpecialToken(from, target, LoadedModel.RESET);
    } else {
      TokenizerFiles.copy(from, target);
    }
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(target)) {
      SafetyData data = new SafetyData(split, settings, ChatFormats.of(target, tokenizer), seed);
      if (row.pairing().isPresent()) {
        prefer(row, model, data.preferences(row.pairing().get(), resetId));
      } else {
        folder.train(
            row.id(),
            row.title(),
            model,
            settings.tuning(),
            new CompletionLoss(),
            data.tuning(method, resetId),
            sequences(settings, method));
      }
    }
    folder.save(row.id(), model);
  }

  /** DPO, with the model as it is as its reference. */
  private void prefer(SafetyRow row, Transformer model, List<TokenizedPair> pairs)
      throws IOException {
    List<ReferencedPair> scored = ReferenceScores.of(model, pairs, TOKENS_PER_PASS);
    int batch = settings.preference().batch();
    folder.train(
        row.id(),
        row.title(),
        model,
        settings.preference(),
        new DpoLoss(
            new DpoSettings(settings.beta(), DpoSettings.Form.SIGMOID, 0, settings.sftWeight())),
        step -> scored.subList(step * batch, (step + 1) * batch),
        PAIR_COST * batch);
  }

  private SafetyResult evaluate(SafetyRow row, Path modelFolder, Transformer model)
      throws IOException {
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(modelFolder)) {
      return evaluate(row, model, tokenizer, ChatFormats.of(modelFolder, tokenizer));
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
              row.resetForbidden() ? greedy.withoutResets() : greedy);
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
