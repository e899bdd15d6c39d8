import java.io.FileInputStream;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates each file given as PDF/A-3a and as PDF/UA-1: a line for each rule broken, then one for each file read. */
public class Check {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            for (PDFAFlavour flavour : new PDFAFlavour[] {PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFUA_1}) {
                Set<String> broken = new TreeSet<>();
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
                    ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
                    for (TestAssertion found : result.getTestAssertions())
                        if (found.getStatus() == TestAssertion.Status.FAILED)
                            broken.add(found.getRuleId().getClause() + " : " + found.getMessage());
                    if (!result.isCompliant() && broken.isEmpty()) broken.add("non conforme");
                }
                for (String rule : broken) System.out.println(file + "\t" + flavour + ", " + rule.replaceAll("\\s+", " "));
            }
            System.out.println(file + "\t");
        }
    }
}
