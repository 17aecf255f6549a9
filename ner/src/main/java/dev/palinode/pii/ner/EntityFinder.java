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
 * Finds named entities in English text by the model of NLP4J (Choi, 2016), which was trained on
 * OntoNotes and knows its 18 kinds.
 *
 * <p>A name is told from the words around it, so nothing in partial text is certain: nothing is
 * found, and all is undecided, before the text is complete. Lines are read one by one, sentence by
 * sentence. Names within words of more than 100 characters are not found. The same text has the
 * same entities each time. Threads may share a finder: the models are only read.
 */
public final class EntityFinder implements PersonalDataFinder {
  private final Tokenizer tokenizer = new EnglishTokenizer();
  private final List<NLPComponent<NLPNode>> components;

  private EntityFinder(List<NLPComponent<NLPNode>> components) {
    this.components = components;
  }

  /**
   * Loads the models: some 20 seconds, and about 1 GB of memory for as long as the finder is held.
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

  /** The sentence after a root node, as NLP4J wants it. */
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
