package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.record.DataRecord;
import dev.palinode.demo.ExperimentFile.Model;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.demo.ExperimentFile.Subtraction;
import dev.palinode.demo.SeedRunner.Task;
import dev.palinode.model.checkpoint.TaskVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs an experiment: for each seed the world writes an untrained model, data and prompts; recipes
 * train models on them; and the models answer the prompts with the settings of each table row.
 */
public final class Experiment {
  private final World world;
  private final ExperimentPlan plan;
  private final ExperimentFile file;
  private final Queue<Cell> cells = new ConcurrentLinkedQueue<>();

  /** All models of the world's experiment. */
  public Experiment(World world, ExperimentPlan plan) {
    this(world, plan, ExperimentFile.of(world.getClass()));
  }

  /**
   * @param file with some or all of the models of the world's experiment
   */
  public Experiment(World world, ExperimentPlan plan, ExperimentFile file) {
    this.world = world;
    this.plan = plan;
    this.file = file;
  }

  /**
   * Runs everything.
   *
   * @param workers models trained in parallel, at least 1
   * @return cells by seed, then in the order of the rows
   * @throws IOException if a file cannot be read or written
   */
  public List<Cell> run(int workers, ExperimentProgress progress) throws IOException {
    new SeedRunner(workers, progress).run(tasks());
    return cells();
  }

  /**
   * Writes settings and data; what remains to be done.
   *
   * @throws IOException if a file cannot be written
   */
  public List<Task> tasks() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode settings = json.valueToTree(world.settings());
    settings.setAll(json.<ObjectNode>valueToTree(file));
    plan.write(
        settings,
        world.getClass(),
        file.models().stream().map(Model::recipe).filter(Objects::nonNull).distinct().toList());
    List<Task> tasks = new ArrayList<>();
    for (long seed : plan.seeds()) {
      tasks.addAll(tasks(seed));
    }
    return tasks;
  }

  /** What the tasks that have been run found, by seed, then in the order of the rows. */
  public List<Cell> cells() {
    List<String> rows = file.rows().stream().map(Row::id).toList();
    return cells.stream()
        .sorted(
            Comparator.comparingInt((Cell cell) -> plan.seeds().indexOf(cell.seed()))
                .thenComparing(cell -> rows.indexOf(cell.row())))
        .toList();
  }

  private List<Task> tasks(long seed) throws IOException {
    SeedFolder folder = new SeedFolder(plan, seed);
    folder.writeUntrained(world.tokenizer());
    Map<String, List<DataRecord>> data = world.data(seed);
    for (Map.Entry<String, List<DataRecord>> each : data.entrySet()) {
      folder.write(each.getKey(), each.getValue());
    }
    SeedEvaluation evaluation = new SeedEvaluation(world, folder, world.prompts(seed, plan.part()));
    List<Task> tasks = new ArrayList<>();
    for (Model model : file.models()) {
      int rows = model.data() == null ? 0 : data.getOrDefault(model.data(), List.of()).size();
      tasks.add(
          new Task(
              seed,
              folder.model(model.id()),
              folder.model(model.from()),
              rows * model.cost(),
              progress -> {
                make(folder, model, progress);
                evaluate(evaluation, model);
              }));
    }
    return tasks;
  }

  private static void make(SeedFolder folder, Model model, ExperimentProgress progress)
      throws IOException {
    Subtraction subtraction = model.subtraction();
    if (subtraction == null) {
      folder.train(model, progress);
    } else {
      new TaskVector(folder.model(subtraction.base()), folder.model(model.from()))
          .subtract(
              subtraction.coefficient(),
              subtraction.relu(),
              folder.model(model.id()),
              (weight, done) -> {});
    }
  }

  private void evaluate(SeedEvaluation evaluation, Model model) throws IOException {
    for (Row row : file.rows()) {
      if (row.model().equals(model.id())) {
        cells.addAll(evaluation.run(row));
      }
    }
  }
}
