package dev.palinode.training.recipe;

import dev.palinode.io.Sha256;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.objective.ReferenceLogProbs;
import dev.palinode.training.objective.ScoredPair;
import dev.palinode.training.objective.TokenizedPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * DPO's reference model: the model before training, which scores pairs. Scores are cached in the
 * output folder under a hash of model, precision and pairs, for resumed and repeated runs.
 */
final class ReferenceModel {
  private static final int HASH_DIGITS = 16;
  private static final String SCORES = "scores";

  private final Transformer network;
  private final CommonSettings settings;
  private final String weights;
  private final DistributedContext processes;
  private final Consumer<String> log;

  /** Keys of {@code identity} below {@code model/} are the files of the model. */
  ReferenceModel(
      Transformer network,
      CommonSettings settings,
      SortedMap<String, String> identity,
      DistributedContext processes,
      Consumer<String> log) {
    this.network = network;
    this.settings = settings;
    this.weights =
        identity.entrySet().stream()
            .filter(each -> each.getKey().startsWith("model/"))
            .map(Map.Entry::toString)
            .collect(Collectors.joining(", "));
    this.processes = processes;
    this.log = log;
  }

  /** The pairs with their scores; every process has all of them. */
  HeldOut<ScoredPair> scores(HeldOut<TokenizedPair> pairs) throws IOException {
    return new HeldOut<>(
        scores("training", pairs.training()), scores("validation", pairs.validation()));
  }

  private List<ScoredPair> scores(String what, List<TokenizedPair> pairs) throws IOException {
    if (pairs.isEmpty()) {
      return List.of();
    }
    Path file = file(pairs);
    boolean known = processes.fromFirst(Files.exists(file) ? 1 : 0)[0] > 0;
    log.accept(
        String.format(
            Locale.ROOT,
            known
                ? "reference: scores of %,d pairs for %s are known"
                : "reference: scoring %,d pairs for %s",
            pairs.size(),
            what));
    double[] scores = known ? stored(file, pairs.size()) : computed(pairs);
    if (!known && processes.isFirst()) {
      write(file, scores);
    }
    processes.barrier();
    return IntStream.range(0, pairs.size())
        .mapToObj(i -> new ScoredPair(pairs.get(i), scores[i], scores[pairs.size() + i]))
        .toList();
  }

  /** Scores of the chosen answers, then of the rejected ones; only process 0 reads the file. */
  private double[] stored(Path file, int pairs) throws IOException {
    if (!processes.isFirst()) {
      return processes.fromFirst(new double[2 * pairs]);
    }
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      return processes.fromFirst(stored.read(SCORES).toDoubles());
    }
  }

  /** Each process computes a part. */
  private double[] computed(List<TokenizedPair> pairs) {
    List<Integer> own =
        IntStream.iterate(processes.rank(), i -> i < pairs.size(), i -> i + processes.size())
            .boxed()
            .toList();
    double[] scores = new double[2 * pairs.size()];
    try (Autocast cast = settings.model().precision().on(network.device())) {
      List<ScoredPair> scored =
          ReferenceLogProbs.of(
              network,
              own.stream().map(pairs::get).toList(),
              settings.optimization().microBatchTokens());
      for (int i = 0; i < own.size(); i++) {
        scores[own.get(i)] = (float) scored.get(i).chosen(); // as they are stored
        scores[pairs.size() + own.get(i)] = (float) scored.get(i).rejected();
      }
    }
    return processes.sum(scores);
  }

  private static void write(Path file, double[] scores) throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Tensor all = Tensors.of(scores, 2, scores.length / 2).to(DType.F32);
      SafetensorsWriter.write(file, Map.of(SCORES, all));
    }
  }

  private Path file(List<TokenizedPair> pairs) {
    MessageDigest digest = Sha256.digest();
    String model = weights + '\0' + settings.model().precision().name() + '\0';
    digest.update(model.getBytes(StandardCharsets.UTF_8));
    for (TokenizedPair pair : pairs) {
      for (int[] ids : List.of(pair.prompt(), pair.chosen(), pair.rejected())) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length + 4).putInt(ids.length);
        bytes.asIntBuffer().put(ids);
        digest.update(bytes.rewind());
      }
    }
    String name = HexFormat.of().formatHex(digest.digest()).substring(0, HASH_DIGITS);
    return settings.model().output().resolve("references/scores-" + name + ".safetensors");
  }
}
