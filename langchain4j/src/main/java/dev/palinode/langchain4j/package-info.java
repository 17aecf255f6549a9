/**
 * A model in this process as the chat models of LangChain4j, and a guard as one of its output
 * guardrails. LangChain4j's streams cannot take text back: text that is withdrawn is held back, or
 * the stream ends with an error.
 */
@NullMarked
package dev.palinode.langchain4j;

import org.jspecify.annotations.NullMarked;
