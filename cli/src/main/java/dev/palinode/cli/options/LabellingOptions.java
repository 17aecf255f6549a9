package dev.palinode.cli.options;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.pairs.CachedJudge;
import dev.palinode.data.pairs.PairJudge;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the judge that labels answers, and of the file in which labels are kept. */
@OptionGroup("Judge")
public final class LabellingOptions implements AutoCloseable {
  @Mixin private NamedJudgeOptions options;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Where labels of a model are kept, so that an interrupted run resumes and a second one"
              + " asks nothing. Default: OUTPUT.labels.jsonl.")
  private @Nullable Path labels;

  private @Nullable ContentCache<Verdict> cache;

  /** The judge of the answers; a model is asked once about each. */
  public PairJudge judge(Path output, ProgressLine progress) throws IOException {
    AnswerJudge judge = options.open();
    if (!options.asksModel()) {
      return new PairJudge(judge.single(), judge.identity(), judge.atOnce());
    }
    cache =
        CachedJudge.openCache(
            labels == null
                ? output.resolveSibling(output.getFileName() + ".labels.jsonl")
                : labels);
    progress.say(String.format(Locale.ROOT, "labels known: %,d", cache.size()));
    return new PairJudge(
        new CachedJudge(judge.single(), judge.identity(), cache), judge.identity(), judge.atOnce());
  }

  /** Closes the judge and the labels, if they are open. */
  @Override
  public void close() throws IOException {
    options.close();
    if (cache != null) {
      cache.close();
    }
  }
}
