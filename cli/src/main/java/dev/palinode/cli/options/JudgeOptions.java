package dev.palinode.cli.options;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.labeling.CachedJudge;
import dev.palinode.data.labeling.LabelCache;
import dev.palinode.data.pairs.PairLabels;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.judge.EndpointJudge;
import dev.palinode.judge.JudgeTemplate;
import dev.palinode.judge.LexiconJudge;
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
          "Where labels of a guard model or an endpoint are kept, so that a run that was interrupted"
              + " goes on and a second one asks nothing. Default: OUT.labels.jsonl.")
  private @Nullable Path labels;

  private @Nullable ContentCache<Verdict> cache;
  private String identity = "";

  /** The labels of answers; one judge must be given. */
  public PairLabels labels(Path out, ProgressLine progress) throws IOException {
    requireOne();
    if (lexicon != null) {
      LexiconJudge judge = LexiconJudge.read(ShippedFiles.find(lexicon));
      identity = judge.identity();
      return new PairLabels(judge, 1);
    }
    Judge judge = guardModel.isGiven() ? guard() : served();
    cache =
        LabelCache.open(
            labels == null ? out.resolveSibling(out.getFileName() + ".labels.jsonl") : labels);
    progress.say(String.format(Locale.ROOT, "labels known: %,d", cache.size()));
    return new PairLabels(
        new CachedJudge(judge, identity, cache), guardModel.isGiven() ? 1 : endpoint.requests());
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

  private Judge guard() throws IOException {
    identity =
        "Llama Guard %s, %s"
            .formatted(ModelFingerprint.of(guardModel.folder()), guardModel.version());
    return guardModel.judge();
  }

  private Judge served() throws IOException {
    EndpointJudge judge =
        template == null
            ? EndpointJudge.llamaGuard(endpoint.client())
            : EndpointJudge.instructed(endpoint.client(), JudgeTemplate.read(template));
    identity = judge.identity();
    return judge;
  }

  /** Everything that labels depend on; set by {@link #labels}. */
  public String identity() {
    return identity;
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
