/**
 * Imports: files of any kind become one file of Palinode's own rows, with an account of every row
 * that did not, and a manifest beside it.
 *
 * <p>The rule is that nothing good is lost and nothing bad is taken in silence. Broken rows are put
 * aside, with the reason, and too many of them stop the import; a file that breaks off stops it
 * unless that is allowed.
 */
@NullMarked
package dev.palinode.data.importing;

import org.jspecify.annotations.NullMarked;
