package dev.palinode.demo;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.data.JsonLinesWriter;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.Evaluator;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.evaluation.PromptSet;
import dev.palinode.model.Checkpoint;
import dev.palinode.model.ModelConfig;
import dev.palinode.model.Transformer;
import dev.palinode.model.TransformerLm;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.BatchSource;
import dev.palinode.training.MetricsLog;
import dev.palinode.training.TrainedWeights;
import dev.palinode.training.TrainingRun;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** One seed of the safety experiment: its base model, and the models tuned from it. */
final class SafetySeed implements AutoCloseable {
  private static final int EVALUATION_ROWS = 150;

  /** Is told of work as it is done, in units of {@link #cost}. */
  interface Progress {
    void done(double cost, String doing);
  }

  private final SafetySettings settings;
  private final long seed;
  private final SafetySplit split;
  private final SafetySplit.Part part;
  private final Path folder;
  private final Progress progress;
  private final SortedSet<String> words = SafetyWorld.vocabulary();
  private @Nullable Transformer base;

  SafetySeed(
      SafetySettings settings, long seed, SafetySplit.Part part, Path folder, Progress progress) {
    this.settings = settings;
    this.seed = seed;
    this.split = new SafetySplit(seed);
    this.part = part;
    this.folder = folder;
    this.progress = progress;
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

  /** Trains the base model. */
  List<SafetyResult> pretrain() {
    Path target = folder.resolve(SafetyRow.BASE.id());
    try {
      WorldTokenizer.write(target, words);
      try (Tokenizer tokenizer = HuggingFaceTokenizer.open(target)) {
        ChatFormat format = ChatFormats.of(target, tokenizer);
        Transformer model =
            Transformer.initialise(SafetySettings.modelConfig(tokenizer.vocabSize()), seed);
        base = model;
        SafetyData data = new SafetyData(split, settings, format, seed);
        train(
            model,
            settings.pretraining(),
            data.pretraining(),
            settings.pretraining().batch(),
            SafetyRow.BASE);
        checkpoint(target).save(model, target);
        return List.of(evaluate(SafetyRow.BASE, model, tokenizer, format));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Trains one of the models that start from the base. */
  List<SafetyResult> tune(SafetyRow row) {
    Supervision method = row.supervision().orElseThrow();
    Path target = folder.resolve(row.id());
    Path from = folder.resolve(SafetyRow.BASE.id());
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
      SafetyData data = new SafetyData(split, settings, format, seed);
      train(
          model, settings.tuning(), data.tuning(method, resetId), sequences(settings, method), row);
      checkpoint(target).save(model, target);
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

  private void train(
      Transformer model,
      SafetySettings.Stage stage,
      BatchSource<SupervisedSequence> batches,
      double costPerStep,
      SafetyRow row)
      throws IOException {
    try (MetricsLog log = new MetricsLog(folder.resolve("metrics-" + row.id() + ".jsonl"))) {
      stage
          .trainer()
          .train(
              new TrainingRun<>(
                  TrainedWeights.all(model),
                  new CompletionLoss(),
                  batches,
                  log.and(
                      metrics ->
                          progress.done(
                              costPerStep,
                              "%s, loss %.3f".formatted(row.title().strip(), metrics.loss())))));
    }
  }

  private Checkpoint checkpoint(Path target) {
    ModelConfig config = SafetySettings.modelConfig(WorldTokenizer.size(words));
    return Checkpoint.create(
        target,
        config,
        WorldTokenizer.id(words, WorldTokenizer.BOS),
        WorldTokenizer.id(words, WorldTokenizer.EOS),
        WorldTokenizer.id(words, WorldTokenizer.PAD));
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
      write(folder.resolve("generations").resolve(row.id() + "-" + set.name() + ".jsonl"), run);
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

  private static void write(Path file, EvaluationRun run) throws IOException {
    Files.createDirectories(file.getParent());
    try (JsonLinesWriter out = JsonLinesWriter.create(file)) {
      for (JudgedGeneration generation : run.generations()) {
        out.write(generation.toJson());
      }
      out.commit();
    }
  }

  @Override
  public void close() {
    if (base != null) {
      base.close();
    }
  }
}
