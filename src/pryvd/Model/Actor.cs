namespace Pryvd.Model;

/// <summary>Who asked for a change: the uid and pid of the socket peer on a node, or the daemon itself (uid -1).</summary>
public sealed record Actor(string Node, int Uid, int Pid)
{
    public override string ToString() => Uid < 0
        ? $"pryvd@{Node}"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Uid}@{Node}");
}
