package dev.palinode.training.recipe;

import dev.palinode.data.file.DataFiles;
import dev.palinode.io.Sha256;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.tensor.Device;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.TrainingCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Inputs of a run, and their checks, which a run and its plan share. */
record RunSetup(RecipeFile file, TrainingMethod<?> method) {
  /** Keys that the result does not depend on; model and data are identified by content. */
  private static final Set<String> FREE =
      Set.of(
          "model",
          "data",
          "output",
          "device",
          "gradient_checkpointing",
          "micro_batch_tokens",
          "checkpoint_every",
          "checkpoint_minutes",
          "keep_checkpoints",
          "shard_optimizer");

  private static final int HASH_DIGITS = 16;

  /**
   * Checks that the inputs exist, and that the output is not the model.
   *
   * @throws IOException if model or data are missing
   * @throws IllegalArgumentException if the device is not available, or the output is the model
   */
  void requireInputs() throws IOException {
    Path model = common().model().model();
    Path data = common().data().data();
    boolean hasModel = Files.isDirectory(model);
    boolean hasData = Files.exists(data);
    if (!hasModel || !hasData) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "model is %s%s, data is %s%s: expected a Hugging Face folder, and a data file or a"
                  + " folder of such files",
              model,
              hasModel ? "" : ", which is not a folder",
              data,
              hasData ? "" : ", which does not exist"));
    }
    DataFiles.in(data);
    Checkpoint.requireNotAmong(List.of(model), common().model().output());
    Device.parse(common().model().device()).requireAvailable();
  }

  /**
   * Checks the inputs, and that the output folder has no checkpoints of another run. Reads model
   * and data only if it has any.
   */
  void requireRunnable() throws IOException {
    requireInputs();
    if (Files.isDirectory(checkpointFolder())) {
      checkpoints(identity()).requireOfThisRun();
    }
  }

  /**
   * Identity of the run, by name: the settings that its result depends on, and the hashes of model,
   * tokenizer and data. Reads all of these files.
   */
  SortedMap<String, String> identity() throws IOException {
    SortedMap<String, String> identity = new TreeMap<>(SettingsBinder.values((Record) method));
    identity.keySet().removeAll(FREE);
    Path model = common().model().model();
    for (Path file : modelFiles(model)) {
      identity.put("model/" + model.relativize(file), hash(file));
    }
    Path data = common().data().data();
    for (Path file : DataFiles.in(data)) {
      identity.put(file.equals(data) ? "data" : "data/" + data.relativize(file), hash(file));
    }
    return identity;
  }

  private static List<Path> modelFiles(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model, 2)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.equals("config.json")
                    || name.endsWith(".safetensors")
                    || name.endsWith(".jinja")
                    || TokenizerFiles.NAMES.contains(name);
              })
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = Sha256.digest();
    Sha256.add(file, digest);
    return "sha256 " + HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
  }

  /** The checkpoints of the run with this {@link #identity}. */
  TrainingCheckpoints checkpoints(SortedMap<String, String> identity) {
    RunSettings run = common().run();
    return new TrainingCheckpoints(
        checkpointFolder(),
        run.checkpointEvery(),
        run.checkpointTime(),
        run.keepCheckpoints(),
        identity);
  }

  private Path checkpointFolder() {
    return common().model().output().resolve("checkpoints");
  }

  private CommonSettings common() {
    return method.common();
  }
}
