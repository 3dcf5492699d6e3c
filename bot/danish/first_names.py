"""Common first names in Denmark, so that "mette" in small letters is known; any other is known by its place."""

from __future__ import annotations

FIRST_NAMES = frozenset(
    """
    aage aaron aasa aase abdi abdullah ada adam adnan agnes ahmad ahmed aida aisha ajsa aksel alaa alan albana
    albert alberte alex alexander alfred ali alice allan alma amal amalie amanda amina amir amira amra ana
    anastasia anders andrea andreas ane anette anita anja ann ann-marie anna anne annelise annemarie annette
    anni anton arben arif arjun arne arthur asbjoern asger aske asma asta astrid august ayan ayse ayşe azra
    bahar barbara bashir bendt benedikte benjamin benny bent bente berit besa birger birgit birgith birgitte
    birte birthe bjarne bjoern bo bodil boerge bojan brahim brian britt britta burak camilla carina carl carla
    carsten cecilie cem cengiz charlotte chen christel christian christina christine christoffer clara claus
    connie conny dagmar dalia damian dan daniel danny daria david dejan deniz dennis dilara ditte dmitri dorte
    dorthe dorthea dragan ebbe edith egon eigil einar ejnar ejner ejvind elena elif elin elira elisabeth ella
    ellen elna emil emilie emily emir emma emre enver erik erling ernst esben eskild esra ester esther eva
    faisal farah farhad farid farida faruk fatih fatima fatma ferdinand ferhat fikret filip filiz finn flemming
    freddy frederik frederikke freja frida frode gerda gerner gitte goran gorm grethe gudrun gulsen gunhild
    gunnar habib halima hamid hamza hanna hannah hanne hans harald hardy harry hasan hassan hayat heidi heino
    helen helena helene helge helle henning henny henriette henrik henryk herdis herluf hilda hjalmar hjoerdis
    holger huda huseyin hussein ib ibrahim ida igor ilham iman ines inga inge ingeborg ingelise inger ingrid
    iqbal irene irina iris irma isabella ismail ivan iwona jack jacob jakob jamal jan jana jane janne jannie
    jannik janus jasmin jean jeanette jelena jens jeppe jesper jette jimmy jing joan joanna joergen joern johan
    johanna johanne johannes john johnny jon jonas jonathan jonna josefine jovan julie julius jutta jytte jørgen
    jørn kaare kai kaj kamal karen karin karina karl karla karsten kaspar kasper katarina katarzyna kate
    kathrine katja katrine kemal kenan kenn kenneth kenni kent kevin khadija khaled kim kira kirsten kirstine
    kjeld klara klaus knud kristian kristina kristine kristoffer krzysztof kurt laerke laila lars lasse laura
    laurits layla lea leif leila lejla lena lene leyla lilian lillian lillie lina linda line linea linh lis lisa
    lisbet lisbeth lise liselotte lissi liv lizette lizzie ljubica lone lotte louise lucas lucia lukas lykke
    mads magda magdalena magnus mahmoud mahmut mai maia maiken maj maja majbrit majken malene malgorzata malik
    malthe marek margit margrethe maria mariam mariann marianne marie marina mariusz mark markus marlene martha
    martin marwa maryam mathias mathilde mats mehdi mehmet mei melek merete meryem mette mia michael michelle
    mie mikael mike mikkel milan mille minh minna mirela mogens mohamad mohamed mohammad mohammed mona monica
    monika morten muhammad murat musa mustafa nadia nadja nanna naser nasreen nasrin natalia natasha natasja
    nathalie nermin nete nguyen nicklas nicolai niels niklas nikola nikolaj nina noah nora norma nour nuray
    oksana ola olav ole olena olga oliver oluf omar omer ondrej orla oskar osman otto ozan palle parisa patrick
    paul paula pauline peder per pernille peter petra pia piotr poul preben qasim rabia rafael rana randi rashid
    rasmine rasmus razan rebecca regitze renate rene reza richard rie rikke rita robert roger rolf ronni ronny
    rosa roza rune ruth ryan sabina sadia safiya sahra said salma sami samira samuel sana sandra sanne sara
    sarah sebastian selin selma semra senad serkan shirin sibel signe sigrid silje silvia simon simone sine siv
    slavica snezana soeren soes sofia sofie sofija somchai sonja soren steen stefan steffen stella sten stig
    stine stinne storm suad suleyman sune susan susanne sven svend svenning svetlana tage tamara tanja tariq
    tatjana tenna teresa thanh thea theis theodor therese thomas thor thorkild thuy thyra tim tina tine tobias
    tom tomasz tommy tonny tony torben tore tove trine troels tue ugur ulla ulrik ulrikke umut usman valborg
    valdemar vera verner vesna vibeke victor victoria viggo viktor viktoria villy vivi vivian wahid walid wei
    werner wilhelm william willy winnie xin yasin yasmeen yasmin yasmina yildiz yilmaz yousef yuki yuliya yusra
    yusuf yvonne zahra zainab zeinab zeynep zoran
    """.split()  # noqa: SIM905 (prose reads better in lines)
)
