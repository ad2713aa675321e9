namespace Pryv.Consensus.Core;

/// <summary>Something that Raft proves impossible has happened; the process stops before it can do harm.</summary>
public sealed class InvariantException(string message) : Exception(message)
{
    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvariantException(otherwise);
        }
    }
}
