namespace Pryvd.Api;

/// <summary>An actor as it stands in commands and between nodes.</summary>
internal static class ActorMessage
{
    public static Pryv.Internal.V1.Actor Of(Model.Actor actor) => new() { Node = actor.Node, Uid = actor.Uid, Pid = actor.Pid };

    public static Model.Actor Read(Pryv.Internal.V1.Actor? actor) =>
        actor is null ? new Model.Actor("", -1, 0) : new Model.Actor(actor.Node, actor.Uid, actor.Pid);
}
