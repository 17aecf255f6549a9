package dev.palinode.bench;

import dev.palinode.model.config.AttentionConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.training.LearningRateSchedule;
import dev.palinode.training.Precision;
import dev.palinode.training.TrainableParameters;
import dev.palinode.training.Trainer;
import dev.palinode.training.TrainingRun;
import dev.palinode.training.WeightDecay;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.DpoLoss;
import dev.palinode.training.objective.DpoSettings;
import dev.palinode.training.objective.PartialLoss;
import dev.palinode.training.objective.ReferenceLogProbs;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.TokenizedPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * The speed of training: steps of the {@link Trainer} on random tokens, different kinds
 * alternating, with the rate of the machine's best product measured in between. Medians of rounds.
 *
 * <p>The steps are: SFT on four sequences of 256 tokens; DPO on four pairs of answers of 128 tokens
 * to a prompt of 128, with precomputed reference log-probabilities; and the same DPO in its plain
 * form, every answer with its prompt, and the reference model run in each step.
 */
final class TrainingSpeed {
  private static final int EXAMPLES = 4;
  private static final int SEQUENCE = 256;
  private static final int PROMPT = 128;
  private static final double BETA = 0.1;

  /** Large enough for every batch here; recipes would need the same setting. */
  private static final int TOKENS_PER_PASS = 4096;

  private static final AdamW.Settings ADAM = new AdamW.Settings(0.9, 0.999, 1e-8);
  private static final WeightDecay DECAY = new WeightDecay(0.01, false);
  private static final double MAX_NORM = 1;
  private static final double RATE = 1e-5;

  private final Transformer model;
  private final MachineSpeed machine;
  private final int rounds;

  /**
   * @param model in the form for training, on the CPU; its weights are moved
   * @param rounds of each measurement, at least 1
   */
  TrainingSpeed(Transformer model, MachineSpeed machine, int rounds) {
    if (model.config().contextLength() < SEQUENCE) {
      throw new IllegalArgumentException(
          "the model reads " + model.config().contextLength() + " tokens: expected " + SEQUENCE);
    }
    this.model = model;
    this.machine = machine;
    this.rounds = rounds;
  }

  /**
   * Times of steps, in seconds.
   *
   * @param sft a step of SFT
   * @param dpo a step of DPO, with shared prompts and precomputed reference log-probabilities
   * @param plainDpo a step of {@link PlainDpo}
   * @param productFlops operations per second of the best product, plain or packed weights
   * @param sftFlops operations of a step of SFT: six per token and weight of a matrix, the output
   *     head's included, and those of attention's two products, counted where a token sees another
   */
  record Steps(double sft, double dpo, double plainDpo, double productFlops, double sftFlops) {
    /** Tokens per second of SFT. */
    double sftTokens() {
      return EXAMPLES * SEQUENCE / sft;
    }

    /** The fraction of the best product's rate that SFT reaches. */
    double sftShare() {
      return sftFlops / sft / productFlops;
    }

    /** A step of DPO relative to the plain one. */
    double dpoRatio() {
      return dpo / plainDpo;
    }
  }

  /**
   * Parts of a step of SFT, in seconds.
   *
   * @param forward from the batch to its loss
   * @param backward up to the gradients
   * @param clipping of the gradients
   * @param update of the weights by AdamW, gradients freed
   */
  record Phases(double forward, double backward, double clipping, double update) {}

  /**
   * Measures steps of all kinds alternately, after one of each to warm up.
   *
   * @param progress is given the number of steps done, before each step
   */
  Steps steps(Consumer<Integer> progress) {
    List<List<Double>> seconds = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    List<Double> rates = new ArrayList<>();
    try (Transformer reference = model.copy()) {
      List<TokenizedPair> pairs = pairs();
      List<Workload<?>> kinds =
          List.of(
              new Workload<>(new CompletionLoss(), sequences()),
              new Workload<>(
                  new DpoLoss(new DpoSettings(BETA, DpoSettings.Form.SIGMOID, 0, 0)),
                  ReferenceLogProbs.of(reference, pairs, TOKENS_PER_PASS)),
              new Workload<>(new PlainDpo(reference, BETA), pairs));
      Trainer trainer =
          new Trainer(
              new Trainer.Settings(
                  new LearningRateSchedule(
                      LearningRateSchedule.Shape.CONSTANT, RATE, 0, total(kinds.size()), 1),
                  ADAM,
                  DECAY,
                  MAX_NORM,
                  TOKENS_PER_PASS,
                  Precision.F32,
                  0));
      progress.accept(0);
      trainer.train(
          new TrainingRun<Workload<?>>(
              TrainableParameters.all(model),
              new Workload.InTurn(),
              step -> List.of(kinds.get(step % kinds.size())),
              metrics -> {
                if (metrics.step() >= kinds.size()) {
                  int kind = metrics.step() % kinds.size();
                  seconds.get(kind).add(metrics.duration().toNanos() / 1e9);
                  rates.add(machine.productFlopsPerSecond(DType.F32));
                }
                progress.accept(metrics.step() + 1);
              }));
    }
    return new Steps(
        median(seconds.get(0)),
        median(seconds.get(1)),
        median(seconds.get(2)),
        median(rates),
        sftFlops());
  }

  /** The number of steps that {@link #steps} makes. */
  int total() {
    return total(3);
  }

  private int total(int kinds) {
    return kinds * (rounds + 1);
  }

  /** Measures the phases of a step of SFT. */
  Phases phases() {
    Workload<?> sft = new Workload<>(new CompletionLoss(), sequences());
    Collection<Tensor> parameters = model.parameters().values();
    double[][] seconds = new double[4][rounds]; // [phase][round]
    model.setTrainable(true);
    try (AdamW optimizer = new AdamW(List.of(new AdamW.Group(List.copyOf(parameters), 0)), ADAM)) {
      for (int round = -1; round < rounds; round++) { // the first warms up
        long[] at = new long[5];
        at[0] = System.nanoTime();
        try (TensorScope scope = TensorScope.open()) {
          PartialLoss partial = sft.partialLoss(model);
          at[1] = System.nanoTime();
          partial.loss().backward();
        }
        at[2] = System.nanoTime();
        Gradients.clip(parameters, MAX_NORM);
        at[3] = System.nanoTime();
        optimizer.step(RATE);
        parameters.forEach(Tensor::clearGradient);
        at[4] = System.nanoTime();
        for (int i = 0; round >= 0 && i < seconds.length; i++) {
          seconds[i][round] = (at[i + 1] - at[i]) / 1e9;
        }
      }
    } finally {
      model.setTrainable(false);
    }
    return new Phases(
        Median.of(seconds[0]), Median.of(seconds[1]), Median.of(seconds[2]), Median.of(seconds[3]));
  }

  private double sftFlops() {
    AttentionConfig attention = model.config().attention();
    double tokens = EXAMPLES * SEQUENCE;
    // Scores and weighted values; on average a token attends to half of the sequence and itself.
    double seen = (SEQUENCE + 1) / 2.0;
    double perToken =
        4.0 * model.config().layers() * attention.heads() * attention.headDim() * seen;
    return tokens * (6.0 * model.config().matrixElements() + 3 * perToken);
  }

  private List<SupervisedSequence> sequences() {
    Random random = new Random(1);
    List<SupervisedSequence> sequences = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      sequences.add(new SupervisedSequence(ids(random, SEQUENCE), 1));
    }
    return sequences;
  }

  private List<TokenizedPair> pairs() {
    Random random = new Random(2);
    List<TokenizedPair> pairs = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      int[] chosen = ids(random, SEQUENCE - PROMPT);
      int[] rejected = ids(random, SEQUENCE - PROMPT);
      rejected[0] = (chosen[0] + 1) % model.config().vocabSize(); // nothing shared but the prompt
      pairs.add(new TokenizedPair(ids(random, PROMPT), chosen, rejected));
    }
    return pairs;
  }

  private int[] ids(Random random, int count) {
    return random.ints(count, 0, model.config().vocabSize()).toArray();
  }

  private static double median(List<Double> values) {
    return Median.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
