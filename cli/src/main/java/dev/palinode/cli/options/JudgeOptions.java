package dev.palinode.cli.options;

import dev.palinode.answer.ChatModel;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.pairs.CachedJudge;
import dev.palinode.data.pairs.PairJudge;
import dev.palinode.endpoint.EndpointChatModel;
import dev.palinode.guard.Verdict;
import dev.palinode.judge.JudgeTemplate;
import dev.palinode.judge.LexiconJudge;
import dev.palinode.judge.ModelJudge;
import dev.palinode.model.ModelFingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the judge that labels answers: one of three kinds. */
public final class JudgeOptions implements AutoCloseable {
  @Option(
      names = "--lexicon",
      paramLabel = "FILE",
      description =
          "Call answers unsafe that contain one of its terms, unless they begin as a refusal: a"
              + " crude judge, to try things with. lexicons/harm.txt is one.")
  private @Nullable Path lexicon;

  @Mixin private GuardModelOptions guardModel;
  @Mixin private EndpointOptions endpoint;

  @Option(
      names = "--judge-template",
      paramLabel = "FILE",
      description =
          "How a general model behind the endpoint is asked, with {prompt} and {answer} in it; its"
              + " first line must be safe or unsafe alone. Default: the model is a Llama Guard.")
  private @Nullable Path template;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Where labels of a guard model or an endpoint are kept, so that an interrupted run"
              + " resumes and a second one asks nothing. Default: OUT.labels.jsonl.")
  private @Nullable Path labels;

  private @Nullable ContentCache<Verdict> cache;

  /** The judge of the answers; one must be given. */
  public PairJudge judge(Path out, ProgressLine progress) throws IOException {
    requireOne();
    if (lexicon != null) {
      LexiconJudge judge = LexiconJudge.read(ShippedFiles.find(lexicon));
      return new PairJudge(judge, judge.identity(), 1);
    }
    PairJudge judge = guardModel.isGiven() ? guard() : served();
    cache =
        CachedJudge.openCache(
            labels == null ? out.resolveSibling(out.getFileName() + ".labels.jsonl") : labels);
    progress.say(String.format(Locale.ROOT, "labels known: %,d", cache.size()));
    return new PairJudge(
        new CachedJudge(judge.judge(), judge.identity(), cache),
        judge.identity(),
        judge.requests());
  }

  private void requireOne() {
    OptionCheck.needs(
        "--judge-template", template != null, endpoint.isGiven(), "--endpoint: whom it asks");
    long chosen =
        Stream.of(lexicon != null, guardModel.isGiven(), endpoint.isGiven())
            .filter(each -> each)
            .count();
    if (chosen != 1) {
      throw new IllegalArgumentException(
          "who judges the answers? Expected one of --lexicon FILE, --guard-model DIR and --endpoint"
              + " URL; found "
              + chosen);
    }
  }

  private PairJudge guard() throws IOException {
    String model = ModelFingerprint.of(guardModel.folder());
    String identity = "Llama Guard %s, %s".formatted(model, guardModel.version());
    return new PairJudge(guardModel.judge(), identity, 1);
  }

  private PairJudge served() throws IOException {
    ChatModel model = EndpointChatModel.chat(endpoint.client(), 1); // one for each answer judged
    ModelJudge judge =
        template == null
            ? ModelJudge.llamaGuard(model)
            : ModelJudge.instructed(model, JudgeTemplate.read(template));
    return new PairJudge(judge, judge.identity(), endpoint.requests());
  }

  /** Closes the model and the labels, if they are open. */
  @Override
  public void close() throws IOException {
    guardModel.close();
    if (cache != null) {
      cache.close();
    }
  }
}
