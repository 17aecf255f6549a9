package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.data.HhRlhf;
import dev.palinode.data.ImportReport;
import dev.palinode.model.Checkpoint;
import dev.palinode.model.Transformer;
import dev.palinode.storage.AtomicFile;
import dev.palinode.storage.JsonFiles;
import dev.palinode.tensor.AdamW;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.LearningRateSchedule;
import dev.palinode.training.MetricsLog;
import dev.palinode.training.TrainedWeights;
import dev.palinode.training.Trainer;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.TrainingRun;
import dev.palinode.training.WeightDecay;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.Supervision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Backtracking SFT on a Hugging Face checkpoint and a preference file (Zhang et al., section 3.1),
 * and, by {@code supervision}, its baselines on the same data and steps.
 */
public final class BacktrackingSftRecipe {
  /** What the recipe's file calls it. */
  public static final String NAME = "backtracking-sft";

  private final RecipeFile file;
  private final BacktrackingSftSettings settings;

  /**
   * @throws RecipeException if the file does not state this recipe's settings, all and no others
   */
  public BacktrackingSftRecipe(RecipeFile file) {
    this.file = file;
    this.settings = file.bind(BacktrackingSftSettings.class);
  }

  /**
   * Trains and writes model and records to the output folder.
   *
   * @param say is told of each stage, in a line for people
   * @param listener is told of each step
   * @throws IOException if something cannot be read or written, or the data is damaged
   */
  public void run(Consumer<String> say, TrainingListener listener) throws IOException {
    // 1. The model, and its tokenizer with the reset token where the method needs one.
    Checkpoint checkpoint = Checkpoint.open(settings.model());
    Path output = settings.output();
    Files.createDirectories(output);
    boolean backtracking = settings.supervision() == Supervision.BACKTRACKING;
    int resetId = -1;
    if (backtracking) {
      resetId =
          TokenizerFiles.copyWithSpecialToken(settings.model(), output, settings.resetToken());
    } else {
      TokenizerFiles.copy(settings.model(), output);
    }
    try (Transformer model = checkpoint.load();
        Tokenizer tokenizer = HuggingFaceTokenizer.open(output)) {
      say.accept("model: %s, %,d weights".formatted(settings.model(), model.parameterCount()));
      if (backtracking && isNew(resetId)) {
        model.addToken(resetId);
        say.accept("added %s as token %d".formatted(settings.resetToken(), resetId));
      }
      // 2. The data, as token ids that fit.
      ChatFormat format = ChatFormats.of(settings.model(), tokenizer, settings.chatFormat());
      ExampleTokenizer data =
          new ExampleTokenizer(
              format,
              settings.supervision(),
              Math.min(settings.maxLength(), checkpoint.config().contextLength()),
              settings.overlong());
      ImportReport imported = HhRlhf.read(settings.data(), pair -> data.add(pair.asSafetyTriple()));
      say.accept(
          "data: %,d rows read, %,d left out as they are no usable pair; %,d used, of which %,d cut;"
                  .formatted(
                      imported.read(), imported.droppedTotal(), data.examples().size(), data.cut())
              + " %,d dropped as too long".formatted(data.dropped()));
      if (data.examples().isEmpty()) {
        throw new IOException(settings.data() + ": nothing is left to train on");
      }
      // 3. Training.
      ShuffledEpochs batches =
          new ShuffledEpochs(
              data.examples(),
              settings.supervision(),
              resetId,
              settings.batchSize(),
              settings.seed());
      int steps = settings.epochs() * batches.stepsPerEpoch();
      writeRecord(imported, data, steps);
      try (MetricsLog log = new MetricsLog(output.resolve("metrics.jsonl"))) {
        trainer(steps)
            .train(
                new TrainingRun<>(
                    TrainedWeights.all(model), new CompletionLoss(), batches, log.and(listener)));
      }
      // 4. An ordinary Hugging Face checkpoint.
      checkpoint.save(model, output);
      say.accept("written: " + output);
    }
  }

  /** A token that the model's own tokenizer has keeps the row that it was trained with. */
  private boolean isNew(int resetId) {
    try (Tokenizer before = HuggingFaceTokenizer.open(settings.model())) {
      return resetId >= before.vocabSize();
    }
  }

  private Trainer trainer(int steps) {
    return new Trainer(
        new Trainer.Settings(
            LearningRateSchedule.cosine(
                settings.learningRate(),
                (int) Math.round(settings.warmupRatio() * steps),
                steps,
                settings.floorRatio()),
            new AdamW.Settings(settings.adamBeta1(), settings.adamBeta2(), 1e-8),
            new WeightDecay(settings.weightDecay(), false),
            settings.maxGradientNorm(),
            settings.maxTokensPerPass()));
  }

  /** What it takes to trace the run: the recipe as it was run, and what became of the data. */
  private void writeRecord(ImportReport imported, ExampleTokenizer data, int steps)
      throws IOException {
    AtomicFile.replace(settings.output().resolve("recipe.yaml"), file.resolved());
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("data_sha256", sha256(settings.data()));
    record.put("rows_read", imported.read()).put("rows_kept", imported.kept());
    ObjectNode reasons = record.putObject("rows_dropped");
    imported.dropped().forEach((reason, count) -> reasons.put(reason.name(), count));
    record.put("examples", data.examples().size());
    record.put("examples_cut", data.cut()).put("examples_too_long", data.dropped());
    record.put("steps", steps);
    record.put("java", System.getProperty("java.runtime.version"));
    JsonFiles.replace(settings.output().resolve("run.json"), record);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digest =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digest.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
