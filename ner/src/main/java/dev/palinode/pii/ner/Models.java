package dev.palinode.pii.ner;

import edu.emory.mathcs.nlp.common.util.Language;
import edu.emory.mathcs.nlp.component.morph.MorphologicalAnalyzer;
import edu.emory.mathcs.nlp.component.template.NLPComponent;
import edu.emory.mathcs.nlp.component.template.OnlineComponent;
import edu.emory.mathcs.nlp.component.template.feature.Field;
import edu.emory.mathcs.nlp.component.template.lexicon.GlobalLexica;
import edu.emory.mathcs.nlp.component.template.lexicon.GlobalLexicon;
import edu.emory.mathcs.nlp.component.template.node.NLPNode;
import edu.emory.mathcs.nlp.component.template.util.NLPFlag;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/**
 * Loads the English models of NLP4J from their jar: serialised objects, compressed with XZ. NLP4J's
 * own loader logs, and prints a stack trace if a model is missing.
 *
 * <p>The lists of known names are left out: with word embeddings they change little
 * (docs/personal-data.md), and they take 560 MB of memory.
 */
final class Models {
  private static final String FOLDER = "edu/emory/mathcs/nlp/";

  /** The smallest heap, in bytes, in which the models load. */
  private static final long LEAST_HEAP = 1_100_000_000;

  /** An empty configuration, as {@link GlobalLexica} requires one. */
  private static final byte[] NO_LEXICA = "<configuration/>".getBytes(StandardCharsets.UTF_8);

  private Models() {}

  /** The components that tag the entities of a sentence, in the order in which they run. */
  static List<NLPComponent<NLPNode>> load() throws IOException {
    requireMemory(Runtime.getRuntime().maxMemory());
    return List.of(
        lexica(),
        tagger("models/en-pos.xz"),
        new MorphologicalAnalyzer<>(Language.ENGLISH),
        tagger("models/en-ner.xz"));
  }

  /** Checks the heap first: reading the models would otherwise fail without mentioning memory. */
  static void requireMemory(long heap) throws IOException {
    if (heap < LEAST_HEAP) {
      throw new IOException(
          "the model of names needs a heap of 1200 MB, and the JVM may use %s MB: start it with -Xmx1500m"
              .formatted(heap / 1_000_000));
    }
  }

  private static GlobalLexica<NLPNode> lexica() throws IOException {
    GlobalLexica<NLPNode> lexica = new GlobalLexica<>(new ByteArrayInputStream(NO_LEXICA));
    lexica.setAmbiguityClasses(
        lexicon(
            "lexica/en-ambiguity-classes-simplified-lowercase.xz",
            Field.word_form_simplified_lowercase));
    lexica.setWordClusters(
        lexicon(
            "lexica/en-brown-clusters-simplified-lowercase.xz",
            Field.word_form_simplified_lowercase));
    lexica.setWordEmbeddings(
        lexicon("lexica/en-word-embeddings-undigitalized.xz", Field.word_form_undigitalized));
    return lexica;
  }

  @SuppressWarnings("unchecked") // as the file's name says
  private static <T> GlobalLexicon<T> lexicon(String file, Field field) throws IOException {
    return new GlobalLexicon<>((T) read(file), field, file);
  }

  @SuppressWarnings("unchecked")
  private static NLPComponent<NLPNode> tagger(String file) throws IOException {
    OnlineComponent<NLPNode, ?> tagger = (OnlineComponent<NLPNode, ?>) read(file);
    tagger.setFlag(NLPFlag.DECODE);
    return tagger;
  }

  @SuppressWarnings("BanSerializableRead") // comes with the classes that read it
  private static Object read(String file) throws IOException {
    try (InputStream packed = Models.class.getClassLoader().getResourceAsStream(FOLDER + file)) {
      if (packed == null) {
        throw new IOException(
            "the English model "
                + file
                + " is not on the class path: add edu.emory.mathcs.nlp:nlp4j-english");
      }
      return new ObjectInputStream(
              new BufferedInputStream(new XZInputStream(new BufferedInputStream(packed)), 1 << 16))
          .readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("the English model " + file + " needs another version of nlp4j-api", e);
    }
  }
}
