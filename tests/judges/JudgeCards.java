// Judges cards with Bouncy Castle: signature, path to a trusted authority with its revocation list, every data group's hash.
// Usage: java -cp bcprov.jar:bcutil.jar:bcpkix.jar JudgeCards.java FOLDER MOMENT; prints "<card> yes" or "<card> no <why>".

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.icao.DataGroupHash;
import org.bouncycastle.asn1.icao.LDSSecurityObject;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

public class JudgeCards {
    private static final String LDS_OBJECT = "2.23.136.1.1.1";
    private static final CertificateFactory FACTORY = factory();
    private final List<X509Certificate> authorities = new ArrayList<>();
    private final List<X509CRL> lists = new ArrayList<>();
    private final Date moment;

    JudgeCards(Path trust, Date moment) throws Exception {
        this.moment = moment;
        for (Path file : listed(trust)) {
            var stream = new ByteArrayInputStream(Files.readAllBytes(file));
            if (file.toString().endsWith(".der")) {
                authorities.add((X509Certificate) FACTORY.generateCertificate(stream));
            } else if (file.toString().endsWith(".crl")) {
                lists.add((X509CRL) FACTORY.generateCRL(stream));
            }
        }
    }

    public static void main(String[] told) throws Exception {
        Path folder = Path.of(told[0]);
        var judge = new JudgeCards(folder.resolve("trust"), Date.from(Instant.parse(told[1])));
        for (Path card : listed(folder.resolve("cards"))) {
            String verdict;
            try {
                judge.judge(card);
                verdict = "yes";
            } catch (Exception refusal) {
                verdict = "no " + String.valueOf(refusal.getMessage()).replace('\n', ' ');
            }
            System.out.println(card.getFileName() + " " + verdict);
        }
    }

    private void judge(Path card) throws Exception {
        var signed = new CMSSignedData(Files.readAllBytes(card.resolve("sod.cms")));
        require(signed.getSignedContentTypeOID().equals(LDS_OBJECT), "content type");
        Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
        require(signers.size() == 1, "number of signers");
        SignerInformation signer = signers.iterator().next();
        @SuppressWarnings("unchecked")
        Collection<X509CertificateHolder> found = signed.getCertificates().getMatches(signer.getSID());
        require(found.size() == 1, "certificate of the signer");
        byte[] encoded = found.iterator().next().getEncoded();
        var certificate = (X509Certificate) FACTORY.generateCertificate(new ByteArrayInputStream(encoded));
        var verifier = new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate);
        require(signer.verify(verifier), "signature");
        path(certificate);
        groups(card, LDSSecurityObject.getInstance((byte[]) signed.getSignedContent().getContent()));
    }

    private void path(X509Certificate certificate) throws Exception {
        byte[] wanted = Arrays.copyOfRange(certificate.getExtensionValue("2.5.29.35"), 6, 26);
        var parameters = new PKIXParameters(
                authorities.stream()
                        .filter(one -> Arrays.equals(wanted, Arrays.copyOfRange(one.getExtensionValue("2.5.29.14"), 4, 24)))
                        .map(one -> new TrustAnchor(one, null))
                        .collect(Collectors.toSet()));
        parameters.setDate(moment);
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists), "BC"));
        CertPath path = FACTORY.generateCertPath(List.of(certificate));
        CertPathValidator.getInstance("PKIX", "BC").validate(path, parameters);
    }

    private static void groups(Path card, LDSSecurityObject object) throws Exception {
        String algorithm = object.getDigestAlgorithmIdentifier().getAlgorithm().getId();
        int seen = 0;
        for (DataGroupHash hash : object.getDatagroupHash()) {
            byte[] group = Files.readAllBytes(card.resolve("dg" + hash.getDataGroupNumber() + ".bin"));
            byte[] digest = MessageDigest.getInstance(algorithm, "BC").digest(group);
            require(Arrays.equals(digest, hash.getDataGroupHashValue().getOctets()), "hash of DG" + hash.getDataGroupNumber());
            seen++;
        }
        long there = listed(card).stream().filter(file -> file.toString().endsWith(".bin")).count();
        require(seen > 0 && seen == there, "a group that is not signed");
    }

    private static List<Path> listed(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().collect(Collectors.toList());
        }
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalStateException(what);
        }
    }

    private static CertificateFactory factory() {
        Security.addProvider(new BouncyCastleProvider());
        try {
            return CertificateFactory.getInstance("X.509", "BC");
        } catch (Exception missing) {
            throw new IllegalStateException(missing);
        }
    }
}
