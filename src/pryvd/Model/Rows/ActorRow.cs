namespace Pryvd.Model.Rows;

/// <summary>An actor within another row.</summary>
public static class ActorRow
{
    public static CanonicalJson Actor(this CanonicalJson row, string name, Actor actor) => row
        .BeginObject(name)
        .Text("node", actor.Node)
        .Number("uid", actor.Uid)
        .Number("pid", actor.Pid)
        .EndObject();
}
