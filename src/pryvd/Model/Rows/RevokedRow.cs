namespace Pryvd.Model.Rows;

/// <summary>A row of table revoked, under the certificate's serial number.</summary>
public static class RevokedRow
{
    public static byte[] Write(RevokedCertificate revoked) => new CanonicalJson()
        .Text("serial", revoked.Serial)
        .Text("node", revoked.Node)
        .Text("why", revoked.Why)
        .Number("not_after_ms", revoked.NotAfterMs)
        .Number("index", revoked.Index.Value)
        .End();

    public static RevokedCertificate Read(string key, string json) => RowReader.Read(key, json, row => new RevokedCertificate(
        row.Text("serial"), row.Text("node"), row.Text("why"), row.Number("not_after_ms"), row.Index("index")));
}
