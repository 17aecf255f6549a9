package dev.palinode.evaluation.judging;

import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointChatModel;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.judge.JudgeTemplate;
import dev.palinode.judge.LexiconJudge;
import dev.palinode.judge.LlamaGuardVersion;
import dev.palinode.judge.ModelJudge;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.ModelFingerprint;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import dev.palinode.text.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens judges by their settings.
 *
 * <ul>
 *   <li>{@code lexicon:FILE}
 *   <li>{@code llama-guard-2:MODEL}, {@code llama-guard-3:MODEL}
 *   <li>{@code instructed:MODEL,template=FILE}: asked by a template of yours
 *   <li>{@code strongreject:MODEL}
 *   <li>{@code harmbench:MODEL}, with {@code template=FILE} for a classifier that was trained on
 *       HarmBench's own prompt
 *   <li>{@code mt-bench:MODEL}, with {@code prompts=FILE} and {@code references=FILE} if they are
 *       not in the folder of data
 *   <li>{@code personal-data}, with {@code region=US} for phone numbers
 * </ul>
 *
 * <p>MODEL is a folder, or {@code NAME@URL} of a served one, with {@code key=VARIABLE} (an
 * environment variable), {@code requests=N} at once and {@code timeout=SECONDS} of a request.
 *
 * @param data folder in which data files are looked for
 * @param exact judges of micro-worlds, by kind
 * @param clients opens clients of endpoints
 * @param isBatchInvariant whether judgements of models in this process do not depend on what else
 *     is judged with them
 */
public record Judges(
    Path data,
    Map<String, AnswerJudge> exact,
    Function<Endpoint, EndpointClient> clients,
    boolean isBatchInvariant) {
  private static final List<String> KINDS =
      List.of(
          "lexicon",
          "llama-guard-2",
          "llama-guard-3",
          "instructed",
          "strongreject",
          "harmbench",
          "mt-bench",
          "personal-data");

  /** Answers that a model in this process judges together. */
  static final int ROWS = 8;

  public Judges {
    exact = Map.copyOf(exact);
  }

  /**
   * Opens a judge; the caller closes it.
   *
   * @throws IllegalArgumentException if its settings are not valid
   * @throws IOException if one of its files cannot be read
   */
  public AnswerJudge open(JudgeSettings settings) throws IOException {
    AnswerJudge world = exact.get(settings.kind());
    if (world != null) {
      settings.requireOnly();
      return world;
    }
    return switch (settings.kind()) {
      case "lexicon" -> lexicon(settings);
      case "llama-guard-2" -> llamaGuard(settings, LlamaGuardVersion.LLAMA_GUARD_2);
      case "llama-guard-3" -> llamaGuard(settings, LlamaGuardVersion.LLAMA_GUARD_3);
      case "instructed" -> instructed(settings);
      case "strongreject" -> {
        settings.requireModelAnd();
        yield asked(settings, new StrongRejectRubric());
      }
      case "harmbench" -> harmBench(settings);
      case "mt-bench" -> mtBench(settings);
      case "personal-data" -> personalData(settings);
      default -> throw unknown(settings.kind());
    };
  }

  private IllegalArgumentException unknown(String kind) {
    List<String> all = new ArrayList<>(KINDS);
    exact.keySet().stream().sorted().forEach(all::add);
    return new IllegalArgumentException(
        "unknown judge \"%s\"; did you mean \"%s\"? There are %s"
            .formatted(kind, Nearest.to(kind, all), String.join(", ", all)));
  }

  private AnswerJudge lexicon(JudgeSettings settings) throws IOException {
    settings.requireOnly();
    LexiconJudge judge = LexiconJudge.read(file(settings.requirePlace("a file of words")));
    return new VerdictJudge(judge, judge.identity());
  }

  private AnswerJudge llamaGuard(JudgeSettings settings, LlamaGuardVersion version)
      throws IOException {
    settings.requireModelAnd();
    if (settings.isServed()) {
      ModelJudge judge = ModelJudge.llamaGuard(served(settings));
      return new VerdictJudge(judge, judge.identity(), atOnce(settings), () -> {});
    }
    Path folder = Path.of(settings.requirePlace("the folder of a Llama Guard, or NAME@URL"));
    LoadedModel model = LoadedModel.open(folder);
    String identity = "Llama Guard %s, %s".formatted(ModelFingerprint.of(folder), version);
    return new GuardModelJudge(model, model.llamaGuard(version, form(model)), identity);
  }

  private AnswerJudge instructed(JudgeSettings settings) throws IOException {
    settings.requireModelAnd("template");
    String template =
        settings
            .get("template")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "judge instructed needs template=FILE: how the model is asked"));
    Opened opened = openModel(settings);
    ModelJudge judge = ModelJudge.instructed(opened.model, JudgeTemplate.read(file(template)));
    return new VerdictJudge(judge, judge.identity(), atOnce(settings), opened.closing);
  }

  private AnswerJudge harmBench(JudgeSettings settings) throws IOException {
    settings.requireModelAnd("template");
    Optional<String> template = settings.get("template");
    return asked(
        settings,
        template.isPresent() ? YesNoRubric.read(file(template.get())) : YesNoRubric.DEFAULT);
  }

  private AnswerJudge mtBench(JudgeSettings settings) throws IOException {
    settings.requireModelAnd("prompts", "references");
    return asked(settings, MtBenchRubric.read(mtBenchPrompts(settings), references(settings)));
  }

  private Path mtBenchPrompts(JudgeSettings settings) {
    return file(settings.get("prompts").orElse("mt-bench/judge_prompts.jsonl"));
  }

  private Path references(JudgeSettings settings) {
    return file(settings.get("references").orElse("mt-bench/reference_answer_gpt-4.jsonl"));
  }

  /**
   * Opens a judge of pairs of answers, which the settings of {@code mt-bench} name; the caller
   * closes it.
   *
   * @throws IllegalArgumentException if its settings are not valid
   * @throws IOException if one of its files cannot be read
   */
  public PairwiseJudge openPairwise(JudgeSettings settings) throws IOException {
    if (!settings.kind().equals("mt-bench")) {
      throw new IllegalArgumentException(
          "judge %s does not compare answers: expected mt-bench:MODEL".formatted(settings.kind()));
    }
    settings.requireModelAnd("prompts", "references");
    MtBenchPrompts prompts =
        new MtBenchPrompts(
            mtBenchPrompts(settings), references(settings), "pair-v2", "pair-math-v1");
    Opened opened = openModel(settings);
    return new PairwiseJudge(opened.model, prompts, opened.closing);
  }

  private static AnswerJudge personalData(JudgeSettings settings) {
    settings.requireOnly("region");
    String region = settings.get("region").orElse("US");
    PersonalDataFinder known = PersonalDataFinder.ruleBased(region).withoutOverlaps();
    PiiTypeFilter counted = new PiiTypeFilter(Set.of());
    return new PersonalDataJudge(
        "personal data by rules, phones of " + region,
        answer ->
            counted.of(known.find(answer, true)).stream().map(it -> it.type().name()).toList());
  }

  private AnswerJudge asked(JudgeSettings settings, Rubric rubric) throws IOException {
    Opened opened = openModel(settings);
    return new RubricJudge(opened.model, rubric, atOnce(settings), opened.closing);
  }

  /** A model that is asked, and what frees it. */
  private record Opened(ChatModel model, Runnable closing) {}

  private Opened openModel(JudgeSettings settings) throws IOException {
    if (settings.isServed()) {
      return new Opened(served(settings), () -> {});
    }
    Path folder = Path.of(settings.requirePlace("the folder of a model, or NAME@URL"));
    LoadedModel model = LoadedModel.open(folder);
    ChatModel local =
        new LocalChatModel(
            ModelFingerprint.of(folder),
            new Decoder(form(model), model.tokenizer(), BatchLimits.rows(ROWS)),
            model.tokenizer(),
            model.chatFormat(),
            UndoPolicy.onReset(OptionalInt.empty(), 0),
            0,
            Optional.empty());
    return new Opened(local, model::close);
  }

  private CausalLm form(LoadedModel model) {
    return isBatchInvariant ? TransformerLm.batchInvariant(model.network(), ROWS) : model.lm();
  }

  private ChatModel served(JudgeSettings settings) {
    Duration timeout = Duration.ofSeconds(settings.number("timeout", 120));
    Endpoint endpoint = Endpoint.named(settings.place()).withPatience(timeout, 5);
    Optional<String> key = settings.get("key");
    return EndpointChatModel.chat(
        clients.apply(key.isPresent() ? endpoint.withKeyIn(key.get()) : endpoint),
        atOnce(settings));
  }

  private static int atOnce(JudgeSettings settings) {
    return settings.isServed() ? settings.number("requests", 8) : 1;
  }

  /** A path as it is, or in the folder of data. */
  private Path file(String path) {
    Path plain = Path.of(path);
    return Files.exists(plain) ? plain : data.resolve(path);
  }
}
