package dev.palinode.bench;

import dev.palinode.cli.ExtraCommand;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.io.TextFiles;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.report.Table;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Libtorch;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code palinode bench}: measures the speed of a model on this machine. */
@Command(
    name = "bench",
    description = {
      "Measure how fast a model reads and writes here, beside what the machine allows.",
      "",
      "Examples: palinode bench --shape 110m",
      "          palinode bench --model DIR --dtype f32,int8 --text FILE"
    })
public final class BenchCommand implements ExtraCommand {
  /** The model that is measured. */
  static final class Subject {
    @Option(names = "--model", paramLabel = "DIR", description = "Hugging Face model folder.")
    private @Nullable Path folder;

    @Option(
        names = "--shape",
        paramLabel = "SHAPE",
        description = "Random weights in the shape of a known model: 15m, 110m or 1b.")
    private @Nullable String shape;
  }

  @ArgGroup(multiplicity = "1")
  private Subject subject;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      split = ",",
      defaultValue = "f32,bf16,int8",
      description = "Types of the matrices: f32, bf16, f16, int8.")
  private List<String> weights;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8,32",
      description = "Rows that are decoded together.")
  private List<Integer> batches;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "TOKENS",
      description = "Tokens of the prompt that is read.")
  private int prompt = 512;

  @Option(names = "--rounds", description = "Rounds of each measurement; medians are shown.")
  private int rounds = 5;

  @Option(names = "--device", paramLabel = "DEVICE", description = "cpu, cuda or cuda:N.")
  private String device = "cpu";

  @Option(
      names = "--loop",
      description = "Also what the decoding loop costs: sampling, undo, guidance, batching.")
  private boolean loop;

  @Option(
      names = "--train",
      description = "Steps of training instead, with --shape only and on the CPU.")
  private boolean train;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "A text file: also shows what rounding costs on it, against f32.")
  private @Nullable Path text;

  private int measured;

  @Override
  public Integer call() throws IOException {
    OptionCheck.atLeast(1, "--rounds", rounds);
    Device where = Device.parse(device).requireAvailable();
    List<WeightType> types = weights.stream().map(BenchCommand::weightType).toList();
    if (batches.stream().anyMatch(rows -> rows < 1) || prompt < 1) {
      throw new IllegalArgumentException(
          "--batch-size and --prompt-tokens: expected numbers of 1 or more");
    }
    if (text != null && subject.folder == null) {
      throw new IllegalArgumentException(
          "--text needs a model folder: random weights know nothing");
    }
    if (train) {
      System.out.print(TrainingReport.of(trainedShape(where), rounds));
      return 0;
    }
    Table table = new Table().left("weights", "what").right("tokens/s", "limit", "of limit");
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        MachineSpeed machine = new MachineSpeed(where)) {
      progress.say(
          format(
              "%s, %d threads; memory %.1f GB/s, products %.0f GFLOP/s in f32, %.0f in bf16",
              where,
              Libtorch.threads(),
              machine.readBytesPerSecond() / 1e9,
              machine.productFlopsPerSecond(DType.F32) / 1e9,
              machine.productFlopsPerSecond(DType.BF16) / 1e9));
      for (WeightType type : types) {
        measure(type, where, machine, table, progress);
      }
    }
    System.out.println();
    System.out.print(table.toText());
    if (loop) {
      System.out.println();
      measureLoop(types.get(0), where);
    }
    if (text != null) {
      System.out.println();
      compareQuality(types, where);
    }
    return 0;
  }

  private ModelShape trainedShape(Device where) {
    if (subject.shape == null || !where.equals(Device.CPU)) {
      throw new IllegalArgumentException("--train needs a --shape, on the CPU");
    }
    return ModelShape.parse(subject.shape);
  }

  private static WeightType weightType(String name) {
    return LoadOptions.weights(name)
        .orElseThrow(() -> new IllegalArgumentException("--dtype needs names of types, not auto"));
  }

  private void measure(
      WeightType type, Device where, MachineSpeed machine, Table table, ProgressLine progress)
      throws IOException {
    String name = type.name().toLowerCase(Locale.ROOT);
    Libtorch.trimMemory(); // left over from earlier measurements
    long before = Libtorch.residentBytes();
    long start = System.nanoTime();
    try (Transformer model = open(type, where)) {
      if (subject.folder != null) {
        progress.say(
            format(
                "%s: opened in %.2f s; %.0f MB of matrices, resident memory grew by %.0f MB",
                name,
                (System.nanoTime() - start) / 1e9,
                model.matrixBytes() / 1e6,
                (Libtorch.residentBytes() - before) / 1e6));
      }
      ModelSpeed speed = new ModelSpeed(model, machine, rounds);
      int length = Math.min(prompt, model.config().contextLength());
      progress.show(done(), name + ": prompt of " + length);
      add(table, name, "prompt of " + length, speed.prefill(length));
      for (int rows : batches) {
        progress.show(done(), name + ": batch " + rows);
        add(table, name, "decode, batch " + rows, speed.decode(rows, rows > 8 ? 10 : 20));
      }
    }
  }

  /** The fraction of the measurements that is done; each call counts one more. */
  private double done() {
    return (double) measured++ / (weights.size() * (1 + batches.size()));
  }

  private Transformer open(WeightType type, Device where) throws IOException {
    if (subject.folder != null) {
      return Checkpoint.open(subject.folder).load(options(type, where));
    }
    ModelShape shape = ModelShape.parse(Objects.requireNonNull(subject.shape));
    try (Transformer random = Transformer.initialise(shape.config(), 1)) {
      return random.forInference(type, where);
    }
  }

  private static LoadOptions options(WeightType type, Device where) {
    return new LoadOptions(where, Optional.of(type), OptionalInt.empty());
  }

  private static void add(Table table, String weights, String what, ModelSpeed.Figure figure) {
    table.row(
        weights,
        what,
        format("%.1f", figure.tokensPerSecond()),
        format("%.1f", figure.limit()),
        format("%.0f%%", 100 * figure.ofLimit()));
  }

  private void measureLoop(WeightType type, Device where) throws IOException {
    Table table =
        new Table().left(type.name().toLowerCase(Locale.ROOT)).right("ms/step", "loop", "times");
    SamplingSettings nucleus = SamplingSettings.builder().temperature(0.8).topP(0.95).build();
    try (Transformer model = open(type, where)) {
      DecodingSpeed speed = new DecodingSpeed(new TransformerLm(model), rounds);
      for (int rows : batches) {
        addStep(table, "greedy, batch " + rows, speed.step(rows, SamplingSettings.GREEDY, 30));
        addStep(table, "top-p 0.95, batch " + rows, speed.step(rows, nucleus, 30));
      }
      addRatio(table, "guided, of a plain step", speed.guidance(30));
      for (UndoPolicy.Context context : UndoPolicy.Context.values()) {
        String kept = context == UndoPolicy.Context.KEPT ? "kept" : "cut back";
        String what = "reset, context " + kept + ", of a plain step";
        addRatio(table, what, speed.reset(context, 64));
      }
      addRatio(table, "16 requests together, of one by one", speed.together(16, 32));
      int length = Math.min(prompt, model.config().contextLength() - 1);
      String what = "16 samples of a prompt of " + length + ", of one";
      addRatio(table, what, speed.samples(16, length));
    }
    System.out.print(table.toText());
  }

  private static void addStep(Table table, String what, DecodingSpeed.Step step) {
    table.row(what, format("%.2f", step.millis()), format("%.1f%%", 100 * step.loopShare()), "");
  }

  private static void addRatio(Table table, String what, double ratio) {
    table.row(what, "", "", format("%.2f", ratio));
  }

  private void compareQuality(List<WeightType> types, Device where) throws IOException {
    Path folder = Objects.requireNonNull(subject.folder);
    Table table =
        new Table().left("weights").right("tokens", "perplexity", "f32", "same most likely token");
    Checkpoint checkpoint = Checkpoint.open(folder);
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder);
        Transformer exact = checkpoint.load(options(WeightType.F32, where))) {
      int[] ids = tokenizer.encodeDocument(TextFiles.read(Objects.requireNonNull(text)));
      for (WeightType type : types) {
        if (type == WeightType.F32) {
          continue;
        }
        try (Transformer rounded = checkpoint.load(options(type, where))) {
          WeightQuality quality = WeightQuality.compare(exact, rounded, ids);
          table.row(
              type.name().toLowerCase(Locale.ROOT),
              Long.toString(quality.tokens()),
              format("%.4f", quality.perplexity()),
              format("%.4f", quality.exactPerplexity()),
              format("%.2f%%", 100 * quality.agreement()));
        }
      }
    }
    System.out.print(table.toText());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
