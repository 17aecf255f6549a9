package dev.palinode.pii.ner;

import dev.palinode.guard.InterruptibleText;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import edu.emory.mathcs.nlp.component.template.NLPComponent;
import edu.emory.mathcs.nlp.component.template.node.NLPNode;
import edu.emory.mathcs.nlp.component.tokenizer.EnglishTokenizer;
import edu.emory.mathcs.nlp.component.tokenizer.Tokenizer;
import edu.emory.mathcs.nlp.component.tokenizer.token.Token;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds named entities in English text with the model of NLP4J (Choi, 2016), which was trained on
 * OntoNotes and has its 18 types.
 *
 * <p>A name is recognised from the words around it, so partial text is undecided and nothing is
 * found in it. Lines are analysed one by one, sentence by sentence. Names in words of more than 100
 * characters are not found. Deterministic. Thread-safe, as the models are only read.
 */
public final class EntityFinder implements PersonalDataFinder {
  private final Tokenizer tokenizer = new EnglishTokenizer();
  private final List<NLPComponent<NLPNode>> components;

  private EntityFinder(List<NLPComponent<NLPNode>> components) {
    this.components = components;
  }

  /**
   * Loads the models. This takes about 20 seconds, and about 1 GB of memory while the finder is in
   * use.
   *
   * @throws IOException if they are not on the class path, or damaged
   */
  public static EntityFinder load() throws IOException {
    return new EntityFinder(Models.load());
  }

  @Override
  public List<PersonalData> find(String text, boolean complete) {
    List<PersonalData> found = new ArrayList<>();
    if (complete) {
      for (TextPiece piece : TextPiece.of(text)) {
        List<Token> tokens = tokenizer.tokenize(piece.text());
        for (List<Token> sentence : tokenizer.segmentize(tokens)) {
          InterruptibleText.requireNotInterrupted();
          EntitySpans.of(tagged(sentence), piece, found);
        }
      }
    }
    return found;
  }

  /** The tagged nodes of a sentence, after the root node that NLP4J needs. */
  private NLPNode[] tagged(List<Token> sentence) {
    NLPNode[] nodes = new NLPNode[sentence.size() + 1];
    nodes[0] = new NLPNode().toRoot();
    for (int i = 1; i < nodes.length; i++) {
      Token token = sentence.get(i - 1);
      nodes[i] = new NLPNode();
      nodes[i].setID(i);
      nodes[i].setWordForm(token.getWordForm());
      nodes[i].setStartOffset(token.getStartOffset());
      nodes[i].setEndOffset(token.getEndOffset());
    }
    components.forEach(component -> component.process(nodes));
    return nodes;
  }
}
