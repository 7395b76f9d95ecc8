extension StopWords {
  /// Lucene's list.
  static let english = """
    a an and are as at be but by for if in into is it no not of on or such that the their then
    there these they this to was will with
    """

  /// Snowball's list, as Lucene has it.
  static let german = """
    aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes
    anderm andern anderr anders auch auf aus bei bin bis bist da damit dann das dasselbe dazu daß
    dein deine deinem deinen deiner deines dem demselben den denn denselben der derer derselbe
    derselben des desselben dessen dich die dies diese dieselbe dieselben diesem diesen dieser
    dieses dir doch dort du durch ein eine einem einen einer eines einig einige einigem einigen
    einiger einiges einmal er es etwas euch euer eure eurem euren eurer eures für gegen gewesen
    hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
    ihres im in indem ins ist jede jedem jeden jeder jedes jene jenem jenen jener jenes jetzt kann
    kein keine keinem keinen keiner keines können könnte machen man manche manchem manchen mancher
    manches mein meine meinem meinen meiner meines mich mir mit muss musste nach nicht nichts noch
    nun nur ob oder ohne sehr sein seine seinem seinen seiner seines selbst sich sie sind so
    solche solchem solchen solcher solches soll sollte sondern sonst um und uns unse unsem unsen
    unser unses unter viel vom von vor war waren warst was weg weil weiter welche welchem welchen
    welcher welches wenn werde werden wie wieder will wir wird wirst wo wollen wollte während
    würde würden zu zum zur zwar zwischen über
    """

  /// Snowball's list, as Lucene has it.
  static let dutch = """
    aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een
    eens en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik
    in is ja je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om
    omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor want waren was
    wat werd wezen wie wil worden wordt zal ze zelf zich zij zijn zo zonder zou
    """

  /// Snowball's list, as Lucene has it.
  static let danish = """
    ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din
    disse dog du efter eller en end er et for fra ham han hans har havde have hende hendes her hos
    hun hvad hvis hvor i ikke ind jeg jer jo kunne man mange med meget men mig min mine mit mod
    ned noget nogle nu når og også om op os over på selv sig sin sine sit skal skulle som sådan
    thi til ud under var vi vil ville vor være været
    """
}
