namespace Pryvd.Model.Rows;

/// <summary>A row of table tokens, under the token's id.</summary>
public static class TokenRow
{
    public static byte[] Write(Token token) => new CanonicalJson()
        .Text("id", token.Id)
        .Bytes("hash", token.Hash)
        .Text("role", token.Role.Word())
        .Number("expires_ms", token.ExpiresMs)
        .Actor("created_by", token.CreatedBy)
        .Number("created", token.Created.Value)
        .Flag("revoked", token.Revoked)
        .Text("used_by", token.UsedBy.Value)
        .Text("used_by_name", token.UsedByName)
        .Bytes("used_key_hash", token.UsedKeyHash)
        .End();

    /// <summary>What an event shows of a token.</summary>
    public static string Show(Token token, long nowMs) => new CanonicalJson()
        .Text("id", token.Id)
        .Text("role", token.Role.Word())
        .Number("expires_ms", token.ExpiresMs)
        .Text("state", token.StateAt(nowMs))
        .Text("used_by", token.UsedByName)
        .EndText();

    public static Token Read(string key, string json) => RowReader.Read(key, json, row => new Token
    {
        Id = row.Text("id"),
        Hash = row.Bytes("hash"),
        Role = Words.TryParseRole(row.Text("role"), out var role) ? role : throw new FormatException("no such role"),
        ExpiresMs = row.Number("expires_ms"),
        CreatedBy = row.Actor("created_by"),
        Created = row.Index("created"),
        Revoked = row.Flag("revoked"),
        UsedBy = new NodeId(row.Text("used_by")),
        UsedByName = row.Text("used_by_name"),
        UsedKeyHash = row.Bytes("used_key_hash"),
    });
}
